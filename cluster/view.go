package cluster

import (
	"slices"
	"strings"
	"time"
)

// peer is one member in a view.
type peer struct {
	id       string
	address  string
	hash     uint64
	kinds    []string
	draining bool
	joined   time.Time     // by the database's clock: orders members by age
	since    time.Duration // our monotonic instant of its joining
}

func (p *peer) older(q *peer) bool {
	if !p.joined.Equal(q.joined) {
		return p.joined.Before(q.joined)
	}
	return p.id < q.id
}

// view is what this member believes the cluster to be. It is immutable.
type view struct {
	seq      uint64
	peers    []*peer            // sorted by id
	hosting  map[string][]*peer // kind → members that may own its grains
	every    map[string][]*peer // kind → the same with those that drain
	draining bool               // somebody drains
	newest   time.Duration      // instant at which the youngest member joined
}

func newView(peers []*peer) *view {
	v := &view{peers: peers, hosting: map[string][]*peer{}, every: map[string][]*peer{}}
	slices.SortFunc(v.peers, func(a, b *peer) int { return strings.Compare(a.id, b.id) })
	for i, p := range v.peers {
		p.hash = mix(fnv(fnvBasis, p.id))
		v.draining = v.draining || p.draining
		if i == 0 || p.since > v.newest {
			v.newest = p.since
		}
		for _, k := range p.kinds {
			v.every[k] = append(v.every[k], p)
			if !p.draining {
				v.hosting[k] = append(v.hosting[k], p)
			}
		}
	}
	return v
}

// same says whether two views place every grain alike.
func (v *view) same(w *view) bool {
	return slices.EqualFunc(v.peers, w.peers, func(a, b *peer) bool {
		return a.id == b.id && a.address == b.address && a.draining == b.draining &&
			a.joined.Equal(b.joined) && slices.Equal(a.kinds, b.kinds)
	})
}

func (v *view) peer(id string) *peer {
	i, ok := slices.BinarySearchFunc(v.peers, id, func(p *peer, id string) int { return strings.Compare(p.id, id) })
	if !ok {
		return nil
	}
	return v.peers[i]
}

func (v *view) hasAddress(address string) bool {
	return slices.ContainsFunc(v.peers, func(p *peer) bool { return p.address == address })
}

// owner is the member that hosts the grain in this view; nil when nobody does.
func (v *view) owner(id grainID, hash uint64) *peer {
	return highest(v.hosting[id.kind], hash)
}

// withDraining is the view in which the member drains.
func (v *view) withDraining(id string) *view {
	peers := make([]*peer, 0, len(v.peers))
	for _, p := range v.peers {
		q := *p
		q.draining = q.draining || q.id == id
		peers = append(peers, &q)
	}
	return newView(peers)
}
