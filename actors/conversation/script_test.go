package conversation_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// line is one line of a script: a verb, words, key=value pairs and a quoted text.
type line struct {
	verb  string
	words []string
	pairs map[string]string
	text  string
}

func parseLine(s string) (line, error) {
	l := line{pairs: map[string]string{}}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		end := strings.IndexAny(s, " \"")
		switch {
		case s[0] == '"':
			quoted, err := strconv.QuotedPrefix(s)
			if err != nil {
				return l, fmt.Errorf("parse %s: %w", s, err)
			}
			if l.text, err = strconv.Unquote(quoted); err != nil {
				return l, fmt.Errorf("parse %s: %w", s, err)
			}
			s = s[len(quoted):]
			continue
		case end < 0:
			end = len(s)
		}
		word := s[:end]
		s = s[end:]
		key, value, isPair := strings.Cut(word, "=")
		switch {
		case isPair && value == "" && strings.HasPrefix(s, `"`): // key="quoted"
			quoted, err := strconv.QuotedPrefix(s)
			if err != nil {
				return l, fmt.Errorf("parse %s: %w", s, err)
			}
			if l.pairs[key], err = strconv.Unquote(quoted); err != nil {
				return l, fmt.Errorf("parse %s: %w", s, err)
			}
			s = s[len(quoted):]
		case isPair:
			l.pairs[key] = value
		case l.verb == "":
			l.verb = word
		default:
			l.words = append(l.words, word)
		}
	}
	return l, nil
}

func (l line) word(i int) string {
	if i < len(l.words) {
		return l.words[i]
	}
	return ""
}

func (l line) has(word string) bool {
	for _, w := range l.words {
		if w == word {
			return true
		}
	}
	return false
}

func (l line) number(key string, otherwise uint64) uint64 {
	n, err := strconv.ParseUint(l.pairs[key], 10, 64)
	if err != nil {
		return otherwise
	}
	return n
}

// moment reads a distance from the start of the script.
func (l line) moment(key string, otherwise time.Time) int64 {
	d, err := time.ParseDuration(l.pairs[key])
	if err != nil {
		return otherwise.UnixMilli()
	}
	return start.Add(d).UnixMilli()
}

// script plays lines against a world. It knows messages by the echo ids that
// made them.
type script struct {
	*world
	ids   map[string]string // echo id -> message id
	names map[string]string // message id -> name in the output
	notes int
	works map[string][]string // the teams of whoever does not see all
}

func newScript() *script {
	return &script{world: newWorld(), ids: map[string]string{}, names: map[string]string{}, works: map[string][]string{}}
}

func teamIDs(list string) (ids []wa.TeamID) {
	for name := range strings.SplitSeq(list, ",") {
		ids = append(ids, wa.TeamID(name))
	}
	return ids
}

// by is a seat as its session has it.
func (s *script) by(name string) *actorpb.Actor {
	by := seat(name)
	if teams, told := s.works[name]; told {
		by.AllTeams, by.Teams = false, teams
	}
	return by
}

// command translates a line.
func (s *script) command(l line) (proto.Message, error) {
	if cmd := s.ofSeat(l); cmd != nil {
		return cmd, nil
	}
	id := s.id(l.word(0))
	attempt := int32(l.number("attempt", uint64(s.attempts[wa.MessageID(id)])))
	switch l.verb {
	case "inbound":
		c := s.inbound(l.word(0), l.text)
		if l.has("picture") {
			c = s.picture(l.word(0))
		}
		c.SentAtMs = l.moment("at", s.now)
		c.ReceivedAtMs = l.moment("received", s.now)
		if kind := l.pairs["kind"]; kind != "" {
			c.Kind = kind
		}
		c.Placeholder = l.has("placeholder")
		if c.Target = l.pairs["target"]; c.Kind == string(wa.KindEdit) {
			c.Content = encoded(wa.Content{Kind: wa.KindEdit, Edit: &wa.Edit{Target: wa.MessageID(c.Target), Text: l.text}})
		}
		return c, nil
	case "accepted":
		return &actorpb.RecordAccepted{MessageId: id, Wamid: l.word(1)}, nil
	case "rejected":
		after := l.moment("after", start) - start.UnixMilli()
		failure := actorpb.SendFailure_SEND_FAILURE_PERMANENT
		switch {
		case l.has("retry") && after > 0:
			failure = actorpb.SendFailure_SEND_FAILURE_LATER
		case l.has("media"):
			failure = actorpb.SendFailure_SEND_FAILURE_MEDIA
		case l.has("retry"):
			failure = actorpb.SendFailure_SEND_FAILURE_PASSING
		}
		return &actorpb.RecordRejected{
			MessageId: id, Attempt: attempt, Code: int32(l.number("code", 0)), Failure: failure, RetryAfterMs: after,
		}, nil
	case "ambiguous":
		return &actorpb.RecordAmbiguous{MessageId: id, Attempt: attempt}, nil
	case "withdrawn":
		return &actorpb.RecordWithdrawn{MessageId: id, Attempt: attempt, Reason: l.pairs["reason"]}, nil
	case "status":
		return &actorpb.RecordStatus{
			MessageId: id, Wamid: l.pairs["wamid"], Status: l.word(1), AtMs: l.moment("at", s.now),
			ErrorCode: int32(l.number("code", 0)),
		}, nil
	case "uploaded":
		return s.uploaded(id, l.word(1)), nil
	case "unuploaded":
		failure := actorpb.SendFailure_SEND_FAILURE_PERMANENT
		if l.has("retry") {
			failure = actorpb.SendFailure_SEND_FAILURE_PASSING
		}
		return s.notUploaded(id, failure), nil
	case "file":
		return s.file(wa.MessageID(id)), nil
	case "ring":
		return &actorpb.AlarmDue{NowMs: l.moment("db", s.now)}, nil
	}
	return nil, fmt.Errorf("unknown verb %q", l.verb)
}

// ofSeat translates what people order; nil if the line is none of it.
func (s *script) ofSeat(l line) proto.Message {
	if l.word(0) == "" {
		return nil
	}
	by := s.by(l.word(0))
	switch l.verb {
	case "reply", "template", "react", "attach":
		return s.sending(l)
	case "claim":
		return &actorpb.Claim{By: by}
	case "assign":
		return &actorpb.Assign{By: by, To: party(l.pairs["to"]), ExpectedOwnerEpoch: l.number("epoch", 0)}
	case "transfer":
		c := &actorpb.Transfer{By: by, TeamId: l.pairs["team"], Note: l.pairs["note"], OnlyFrom: l.pairs["from"], EchoId: l.pairs["echo"], DropScheduled: l.has("drop")}
		if to := l.pairs["to"]; to != "" {
			c.To = party(to)
		}
		return c
	case "release":
		return &actorpb.Release{By: by}
	case "takeover":
		return &actorpb.TakeOver{By: by, Reason: l.pairs["reason"], EchoId: l.pairs["echo"]}
	case "phase":
		c := &actorpb.SetPhase{By: by, To: actorpb.Phase(actorpb.Phase_value["PHASE_"+strings.ToUpper(l.word(1))])}
		if l.pairs["until"] != "" {
			c.UntilMs = l.moment("until", s.now)
		}
		return c
	case "read":
		return &actorpb.MarkRead{By: by, Version: l.number("upto", s.state.Version)}
	case "note":
		return &actorpb.AddNote{By: by, EchoId: l.pairs["echo"], Text: l.text}
	case "resend":
		return &actorpb.ResolveAmbiguous{By: by, MessageId: s.id(l.word(1)), Resend: true}
	case "giveup":
		return &actorpb.ResolveAmbiguous{By: by, MessageId: s.id(l.word(1))}
	}
	return s.ofScheduled(l, by)
}

func (s *script) sending(l line) *actorpb.SendMessage {
	who, echo := l.word(0), l.pairs["echo"]
	c := s.reply(who, echo, l.text)
	if l.verb == "template" {
		c = s.template(who, echo, l.pairs["category"], l.text)
		if name := l.pairs["name"]; name != "" {
			c.Template = &actorpb.TemplateOrder{Name: name, Language: "pt_BR", Values: map[string]string{}}
		}
		for key, value := range l.pairs {
			if part, _, isValue := strings.Cut(key, "."); isValue && (part == "body" || part == "header") {
				c.Template.Values[key] = value
			}
		}
	}
	if l.verb == "attach" {
		c = s.attach(who, echo, l.pairs["type"])
	}
	s.about(l, c)
	s.later(l, c)
	c.By = s.by(who)
	c.SeenVersion = l.number("seen", s.state.Version)
	c.OwnerEpoch = l.number("epoch", 0)
	c.DespiteStale, c.Claim = l.has("anyway"), l.has("claim")
	c.Then = actorpb.Phase(actorpb.Phase_value["PHASE_"+strings.ToUpper(l.pairs["then"])])
	if l.pairs["until"] != "" {
		c.UntilMs = l.moment("until", s.now)
	}
	id := string(ours(who, echo))
	s.ids[echo], s.names[id] = id, echo
	return c
}

// id is the message of an echo id, or the name itself.
func (s *script) id(name string) string {
	if id, ok := s.ids[name]; ok {
		return id
	}
	return name
}
