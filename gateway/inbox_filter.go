package gateway

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

const (
	maxNumbers  = 50 // in one filter
	ownerNobody = "nobody"
)

// filterOf reads what a list is narrowed to. Windows are told by the clock that
// they close by.
func (s *Server) filterOf(in url.Values) (inbox.Filter, error) {
	f := inbox.Filter{Now: s.cfg.Now()}
	numbers := in["number"]
	if len(numbers) > maxNumbers {
		return f, badField("number", "too many numbers")
	}
	for _, n := range numbers {
		if !storable(n) {
			return f, badField("number", "want the id of a number")
		}
		f.Numbers = append(f.Numbers, wa.PhoneNumberID(n))
	}
	switch in.Get("unread") {
	case "", "false":
	case "true":
		f.Unread = true
	default:
		return f, badField("unread", "want true or false")
	}
	switch f.Turn = inbox.Turn(in.Get("turn")); f.Turn {
	case "", inbox.TurnUs, inbox.TurnCustomer:
	default:
		return f, badField("turn", "want us or customer")
	}
	switch owner := in.Get("owner"); owner {
	case ownerNobody:
		f.Nobody = true
	default:
		f.Owner = wa.AgentID(owner)
	}
	if !storable(string(f.Owner)) {
		return f, badField("owner", "want nobody or the id of an agent")
	}
	switch f.Window = inbox.Window(in.Get("window")); f.Window {
	case "", inbox.WindowOpen, inbox.WindowClosing, inbox.WindowClosed:
	default:
		return f, badField("window", "want open, closing or closed")
	}
	return f, nil
}

// storable says whether the database can compare with a text.
func storable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }
