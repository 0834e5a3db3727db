package cluster

import (
	"slices"
	"time"
)

// grainID names a grain.
type grainID struct{ kind, key string }

func (id grainID) String() string { return id.kind + " " + id.key }

const (
	fnvBasis = 14695981039346656037
	fnvPrime = 1099511628211
)

func fnv(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// mix is the finalizer of splitmix64. Without it, members whose ids differ in
// their last letters only get very unequal shares.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// hash must be the same in every release: members of two releases place grains
// together during a rolling deploy.
func (id grainID) hash() uint64 {
	h := fnv(fnvBasis, id.kind)
	return mix(fnv(h*fnvPrime, id.key)) // the extra step is a zero byte between the two
}

// highest is rendezvous hashing: the member with the highest score owns the
// grain, so a member that joins or leaves moves only its own share.
func highest(peers []*peer, hash uint64) *peer {
	if len(peers) == 1 {
		return peers[0]
	}
	var best *peer
	var top uint64
	for _, p := range peers {
		if s := mix(hash ^ p.hash); best == nil || s > top {
			best, top = p, s
		}
	}
	return best
}

// stable says whether no former owner can be left: nobody drains and the
// youngest member is older than window.
func (v *view) stable(now, window time.Duration) bool {
	return !v.draining && now-v.newest > window
}

// formerOwners are the members, self apart, that may still hold the grain which
// self owns now. Two things take a grain from a living member: it drains, or
// somebody younger with a higher score joins. So these are the draining members
// that outrank self; and for self, and everybody found, if younger than window,
// the owner before that member joined and the draining members that outrank it.
// A member older than window is known to every living member, because nobody
// works on a view older than a lease.
func (v *view) formerOwners(self *peer, id grainID, hash uint64, now, window time.Duration) []*peer {
	if v.stable(now, window) {
		return nil
	}
	found := outranking(v.every[id.kind], self, hash, []*peer{self})
	for i := 0; i < len(found); i++ { // found grows while we walk it
		p := found[i]
		if now-p.since > window {
			continue
		}
		before := highest(olderThan(v.hosting[id.kind], p), hash)
		if before != nil && !slices.Contains(found, before) {
			found = append(found, before)
		}
		found = outranking(olderThan(v.every[id.kind], p), before, hash, found)
	}
	return found[1:]
}

// outranking appends to found the draining members with a higher score than the
// owner; all of them when there is no owner.
func outranking(peers []*peer, owner *peer, hash uint64, found []*peer) []*peer {
	for _, p := range peers {
		if p.draining && (owner == nil || mix(hash^p.hash) > mix(hash^owner.hash)) && !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	return found
}

func olderThan(peers []*peer, q *peer) []*peer {
	var older []*peer
	for _, p := range peers {
		if p.older(q) {
			older = append(older, p)
		}
	}
	return older
}
