package orders

import (
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
)

// Operations describe the orders to a conversation that the API takes.
func Operations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/messages",
			Summary: "Send a text or a template",
			Detail:  "Exactly one of text and template.",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
				{Name: "Idempotency-Key", In: "header", Doc: "The echo_id, if the body has none", MaxLength: 100},
			},
			Body: NewBody("messages"),
			Answers: []rest.Answer{
				{Status: 200, Doc: "Had been stored before under the same echo_id", Of: Result{}},
				{Status: 201, Doc: "Stored; message_id names it", Of: Result{}},
				{Status: 409, Doc: "Refused by the conversation as it is now: not_owner, unclaimed, epoch, stale. An echo_id that is known is never refused: it answers 200, already", Of: problem.Problem{}, Media: "application/problem+json"},
				{Status: 422, Doc: "Cannot be sent: bad_content (a text in which there is nothing to see is one), window_closed, no_template (not approved, not known, or its list was never read from Meta)", Of: problem.Problem{}, Media: "application/problem+json"},
				{Status: 503, Doc: "Nothing is known to have been done (unavailable): send the same request again", Of: problem.Problem{}, Media: "application/problem+json"},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/messages/{mid}/resolve",
			Summary: "Decide a send whose outcome is unknown",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
				{Name: "mid", In: "path", Doc: "Message id"},
			},
			Body: NewBody("resolve_message"),
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/notes",
			Summary: "Write a note for colleagues",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
				{Name: "Idempotency-Key", In: "header", Doc: "The echo_id, if the body has none", MaxLength: 100},
			},
			Body:      NewBody("notes"),
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "Had been stored before under the same echo_id", Of: Result{}},
				{Status: 201, Doc: "Stored; message_id names it", Of: Result{}},
				{Status: 422, Doc: "Cannot be kept: bad_content (a text in which there is nothing to see is one). An echo_id that is known answers 200, already", Of: problem.Problem{}, Media: "application/problem+json"},
				{Status: 503, Doc: "Nothing is known to have been done (unavailable): send the same request again", Of: problem.Problem{}, Media: "application/problem+json"},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/claim",
			Summary: "Take an unowned conversation",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/release",
			Summary: "Give it back to the queue",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/assign",
			Summary: "Give it to an agent",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Body:      NewBody("assign"),
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/transfer",
			Summary: "Pass it on, to an agent or to the queue of a team",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
				{Name: "Idempotency-Key", In: "header", Doc: "The echo_id, if the body has none", MaxLength: 100},
			},
			Body: NewBody("transfer"),
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
				{Status: 201, Doc: "It was so already, and the note is kept as a note, which message_id names", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/takeover",
			Summary: "Take it from its owner",
			Detail:  "leaving names messages of the former owner that could not be held back.",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
				{Name: "Idempotency-Key", In: "header", Doc: "The echo_id, if the body has none", MaxLength: 100},
			},
			Body: NewBody("takeover"),
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
				{Status: 201, Doc: "It was so already, and the reason is kept as a note, which message_id names", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/snooze",
			Summary: "Put it aside until a time",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Body:      NewBody("snooze"),
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/resolve",
			Summary: "Resolve it",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/reopen",
			Summary: "Open it again",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/pending",
			Summary: "Mark it as waiting for the customer",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations/{id}/read",
			Summary: "Mark it read",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Body: NewBody("read"),
			Answers: []rest.Answer{
				{Status: 200, Doc: "Carried out, or had been before (already)", Of: Result{}},
			},
		},
	}
}
