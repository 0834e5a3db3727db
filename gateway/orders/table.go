package orders

import (
	"cmp"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
)

// Order is one that people may give to a conversation: by a request, or by a frame
// with the same body.
type Order struct {
	Name      string         // type of its frame, and its label in metrics
	Operation rest.Operation // its request
	NewBody   func() Body    // makes an empty one, to be read into
}

// All are the orders that there are, as the API lists them. What is its name alone is a
// line here; what has a body has a file of its own, and its line.
func All() []Order {
	return []Order{
		messages(),
		resolveMessage(),
		reschedule(),
		cancelScheduled(),
		notes(),
		plain("claim", "Take an unowned conversation", func(by *actorpb.Actor) proto.Message { return &actorpb.Claim{By: by} }),
		plain("release", "Give it back to the queue", func(by *actorpb.Actor) proto.Message { return &actorpb.Release{By: by} }),
		assign(),
		transfer(),
		takeOver(),
		snooze(),
		plain("resolve", "Resolve it", phase(actorpb.Phase_PHASE_RESOLVED)),
		plain("reopen", "Open it again", phase(actorpb.Phase_PHASE_OPEN)),
		plain("pending", "Mark it as waiting for the customer", phase(actorpb.Phase_PHASE_PENDING)),
		read(),
		plain("unread", "Mark it unread, for its owner, until it is read again", func(by *actorpb.Actor) proto.Message { return &actorpb.MarkUnread{By: by} }),
	}
}

const (
	conversationPath = "/api/v1/conversations/{id}"
	problemMedia     = "application/problem+json"
)

// Body is the JSON of one order, of a request or a frame alike.
type Body interface {
	// build translates it into the grain's command. It refuses what has no shape to
	// be translated; everything else is the conversation's to judge, who may know of
	// it among the rest.
	build(o *order) (proto.Message, error)
}

// order is one command of one person.
type order struct {
	by  *actorpb.Actor
	now time.Time // by the clock that clients are told
}

// bodied is an order with a body. Its request goes to the path of its name, if o has
// none, and names the conversation before everything else.
func bodied(name string, newBody func() Body, o rest.Operation) Order {
	o.Body = newBody()
	return newOrder(name, newBody, o)
}

// plain is an order that is its name alone: a body may be left out, and has no fields.
func plain(name, summary string, command func(by *actorpb.Actor) proto.Message) Order {
	return newOrder(name, func() Body { return &plainBody{command} },
		rest.Operation{Summary: summary, Answers: []rest.Answer{carriedOut()}})
}

func newOrder(name string, newBody func() Body, o rest.Operation) Order {
	o.Method, o.Path = cmp.Or(o.Method, "POST"), cmp.Or(o.Path, conversationPath+"/"+name)
	id := rest.Param{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"}
	o.Params = append([]rest.Param{id}, o.Params...)
	return Order{name, o, newBody}
}

type plainBody struct {
	command func(by *actorpb.Actor) proto.Message
}

func (b *plainBody) build(o *order) (proto.Message, error) { return b.command(o.by), nil }

// phase commands what the name of the order says.
func phase(to actorpb.Phase) func(by *actorpb.Actor) proto.Message {
	return func(by *actorpb.Actor) proto.Message { return &actorpb.SetPhase{By: by, To: to} }
}

func nameHeader() rest.Param {
	return rest.Param{Name: "Idempotency-Key", In: "header", Doc: "The echo_id, if the body has none", MaxLength: 100}
}

func carriedOut() rest.Answer {
	return rest.Answer{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}}
}

func unavailable() rest.Answer {
	return rest.Answer{
		Status: 503, Doc: "Nothing is known to have been done (unavailable): send the same request again",
		Of: problem.Problem{}, Media: problemMedia,
	}
}

func checkEchoID(id string) error {
	if id == "" {
		return problem.Field("echo_id", "name each send, here or as Idempotency-Key, so that it can be repeated safely")
	}
	return checkOrderID(id)
}

// checkOrderID is of an order that may have no name.
func checkOrderID(id string) error {
	if len(id) > 100 {
		return problem.Field("echo_id", "longer than 100 bytes")
	}
	return nil
}
