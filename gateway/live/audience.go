package live

import (
	"iter"
	"maps"
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

type clients map[*client]struct{}

// audience indexes the sockets of a tenant by what they may see, so that an
// update costs as much as those who get it: each set is found by where the update's
// conversation stands.
// A socket's scope never changes, see client: it is found again under what it was added
// by.
type audience struct {
	all      clients                      // inbox of people who see all teams
	byTeam   map[wa.TeamID]clients        // inbox of the others
	byNumber map[wa.PhoneNumberID]clients // inbox of people who see some numbers, of whatever teams
	own      map[wa.AgentID]clients       // inbox of people who see their own conversations alone
	me       map[wa.AgentID]clients
	changes  clients // those who listen to changes of settings
}

func newAudience() audience {
	return audience{
		all: make(clients), byTeam: make(map[wa.TeamID]clients), byNumber: make(map[wa.PhoneNumberID]clients),
		own: make(map[wa.AgentID]clients), me: make(map[wa.AgentID]clients), changes: make(clients),
	}
}

func put[K comparable](sets map[K]clients, key K, c *client) {
	if sets[key] == nil {
		sets[key] = make(clients)
	}
	sets[key][c] = struct{}{}
}

func take[K comparable](sets map[K]clients, key K, c *client) {
	if delete(sets[key], c); len(sets[key]) == 0 {
		delete(sets, key)
	}
}

func (a *audience) addInbox(c *client) {
	switch s := &c.scope; {
	case s.OwnOnly:
		put(a.own, s.Person, c)
	case len(s.Numbers) > 0:
		for _, number := range s.Numbers {
			put(a.byNumber, number, c)
		}
	case s.AllTeams:
		a.all[c] = struct{}{}
	default:
		for _, team := range s.Teams {
			put(a.byTeam, team, c)
		}
	}
}

func (a *audience) removeInbox(c *client) {
	delete(a.all, c)
	take(a.own, c.scope.Person, c)
	for _, number := range c.scope.Numbers {
		take(a.byNumber, number, c)
	}
	for _, team := range c.scope.Teams {
		take(a.byTeam, team, c)
	}
}

func (a *audience) addMe(c *client) { put(a.me, c.person.ID, c) }

func (a *audience) removeMe(c *client) { take(a.me, c.person.ID, c) }

func (a *audience) removeAll(c *client) {
	a.removeInbox(c)
	a.removeMe(c)
	delete(a.changes, c)
}

func (a *audience) inInbox(c *client) bool {
	in := func(set clients) bool { _, in := set[c]; return in }
	return in(a.all) || in(a.own[c.scope.Person]) ||
		slices.ContainsFunc(c.scope.Numbers, func(number wa.PhoneNumberID) bool { return in(a.byNumber[number]) }) ||
		slices.ContainsFunc(c.scope.Teams, func(team wa.TeamID) bool { return in(a.byTeam[team]) })
}

// streams names the streams of the feed that the socket listens to.
func (a *audience) streams(c *client) []string {
	var streams []string
	if a.inInbox(c) {
		streams = append(streams, inboxStream)
	}
	if _, in := a.me[c.person.ID][c]; in {
		streams = append(streams, meStream)
	}
	return streams
}

// of yields each inbox that shows what stands there, once.
// A socket is in one kind of set, and in one set of those that are asked.
func (a *audience) of(at persistence.Place) iter.Seq[*client] {
	return func(yield func(*client) bool) {
		for _, set := range []clients{a.all, a.byTeam[at.Team]} {
			for c := range set {
				if !yield(c) {
					return
				}
			}
		}
		for _, set := range []clients{a.byNumber[at.Number], a.own[at.Owner]} {
			for c := range set {
				if c.sees(at) && !yield(c) {
					return
				}
			}
		}
	}
}

// losing yields the inboxes that showed the conversation and may no longer.
// Whoever sees all teams and numbers loses nothing by a move. A socket may be in the
// sets of several teams and is told once.
func (a *audience) losing(e *ringEntry) iter.Seq[*client] {
	return func(yield func(*client) bool) {
		if e.gone == nil {
			return
		}
		told := make(clients)
		for set := range a.showing(e) {
			for c := range set {
				if _, twice := told[c]; twice || !e.showed(c) || c.sees(e.at) {
					continue
				}
				told[c] = struct{}{}
				if !yield(c) {
					return
				}
			}
		}
	}
}

// showing yields the sets in which there may be somebody who loses the conversation.
func (a *audience) showing(e *ringEntry) iter.Seq[clients] {
	return func(yield func(clients) bool) {
		if !yield(a.byNumber[e.at.Number]) || e.owned && !yield(a.own[e.before.Owner]) {
			return
		}
		if !e.owned {
			for _, set := range a.own {
				if !yield(set) {
					return
				}
			}
		}
		switch e.before.Team {
		case e.at.Team: // whoever works for it goes on seeing it
		case "":
			for _, set := range a.byTeam {
				if !yield(set) {
					return
				}
			}
		default:
			yield(a.byTeam[e.before.Team])
		}
	}
}

// everyone yields each socket that listens to the feed, once.
func (a *audience) everyone() iter.Seq[*client] {
	return func(yield func(*client) bool) {
		seen := make(clients)
		groups := slices.Concat([]clients{a.all}, slices.Collect(maps.Values(a.byTeam)), slices.Collect(maps.Values(a.byNumber)),
			slices.Collect(maps.Values(a.own)), slices.Collect(maps.Values(a.me)))
		for _, members := range groups {
			for c := range members {
				if _, twice := seen[c]; twice {
					continue
				}
				seen[c] = struct{}{}
				if !yield(c) {
					return
				}
			}
		}
	}
}
