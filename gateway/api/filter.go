package api

import (
	"net/url"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

const (
	maxNumbers  = 50 // in one filter
	ownerNobody = "nobody"
)

// filterOf reads what a list is narrowed to. Windows are told by the clock that
// they close by.
func (a *conversations) filterOf(in url.Values) (inbox.Filter, error) {
	f := inbox.Filter{Now: a.now()}
	numbers := in["number"]
	if len(numbers) > maxNumbers {
		return f, problem.Field("number", "too many numbers")
	}
	for _, n := range numbers {
		if !rest.Storable(n) {
			return f, problem.Field("number", "want the id of a number")
		}
		f.Numbers = append(f.Numbers, wa.PhoneNumberID(n))
	}
	switch in.Get("unread") {
	case "", "false":
	case "true":
		f.Unread = true
	default:
		return f, problem.Field("unread", "want true or false")
	}
	switch f.Turn = actorpb.Turn(in.Get("turn")); f.Turn {
	case "", actorpb.TurnUs, actorpb.TurnCustomer:
	default:
		return f, problem.Field("turn", "want us or customer")
	}
	switch owner := in.Get("owner"); owner {
	case ownerNobody:
		f.Nobody = true
	default:
		f.Owner = wa.AgentID(owner)
	}
	if !rest.Storable(string(f.Owner)) {
		return f, problem.Field("owner", "want nobody or the id of an agent")
	}
	switch f.Window = wa.Window(in.Get("window")); f.Window {
	case "", wa.WindowOpen, wa.WindowClosing, wa.WindowClosed:
	default:
		return f, problem.Field("window", "want open, closing or closed")
	}
	return f, nil
}
