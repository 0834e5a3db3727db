package api

import (
	"slices"

	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
)

// inboxOperations describe what lists, threads and panels read.
func inboxOperations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/conversations",
			Summary: "One page of a view",
			Params: []rest.Param{
				{Name: "view", In: "query", Doc: "mine, unclaimed, all, snoozed or resolved; default all"},
				{Name: "team", In: "query", Doc: "Only this team"},
				{Name: "number", In: "query", Doc: "Only on these numbers; may be repeated", Type: []string{}, MaxItems: 50},
				{Name: "unread", In: "query", Doc: "true: only with unread messages", Type: false},
				{Name: "turn", In: "query", Doc: "Who must write next: us (the customer wrote last) or customer", Enum: []string{"us", "customer"}},
				{Name: "owner", In: "query", Doc: "nobody, or the id of an agent"},
				{Name: "window", In: "query", Doc: "The 24-hour window: open, closing (open for less than two hours more) or closed", Enum: []string{"open", "closing", "closed"}},
				{Name: "q", In: "query", Doc: "Part of the contact's name or the start of its address, among the newest 2,000 of each team and phase; among all, the beginnings of the words of a name or username, or four digits in a row of a phone"},
				{Name: "sort", In: "query", Doc: "newest (default) or oldest"},
				{Name: "cursor", In: "query", Doc: "next of the page before"},
				{Name: "limit", In: "query", Doc: "1 to 200, default 50", Type: 0},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: pageView{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/conversations",
			Summary: "Write to an address, whether it is known or not",
			Detail:  "To somebody who has not written in the last 24 hours only a template goes. Whoever writes first owns the conversation from its start; a key that writes without owning leaves it put away until it is answered. Where the conversation exists, the message claims it if nobody owns it.",
			Body:    orders.FirstBody{},
			Params:  []rest.Param{{Name: "Idempotency-Key", In: "header", Doc: "The echo_id, if the body has none", MaxLength: 100}},
			Answers: []rest.Answer{
				{Status: 200, Doc: "Had been stored before under the same echo_id", Of: firstView{}},
				{Status: 201, Doc: "Stored; id names the conversation, message_id the message", Of: firstView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/counts",
			Summary: "How many conversations each view holds, and what of them waits or is unread; counted at most once a second",
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: viewCounts{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/search",
			Summary: "Contacts and messages by their words",
			Detail:  "Messages must have all words, the last one may go on; accents and case do not matter. A whole message id finds its message. Contacts are found by the beginnings of words of their name or username, or by four digits in a row of a phone. What is new can be found a second or two later. Searches go back two years.",
			Params: []rest.Param{
				{Name: "q", In: "query", Doc: "1 to 200 characters"},
				{Name: "limit", In: "query", Doc: "Of each list, 1 to 100, default 20", Type: 0},
				{Name: "cursor", In: "query", Doc: "Next of the page before"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: foundView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/conversations/{id}",
			Summary: "One conversation",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: view.Row{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/conversations/{id}/details",
			Summary: "What stands beside a thread: the person's addresses and conversations on other numbers, who had it, notes",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: DetailsView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/conversations/{id}/messages",
			Summary: "One page of the thread, oldest first",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
				{Name: "before", In: "query", Doc: "Items before this version", Type: 0},
				{Name: "after", In: "query", Doc: "Items after this version", Type: 0},
				{Name: "around", In: "query", Doc: "Items before and after this version, itself included", Type: 0},
				{Name: "limit", In: "query", Doc: "1 to 200, default 50", Type: 0},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: threadView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/conversations/{id}/scheduled",
			Summary: "What is to leave later, the earliest first",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Conversation id: phone_number_id:contact_id"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: ScheduledList{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/contacts/suggestions",
			Summary: "Contacts who are probably one person, the newest suggestion first (managers and admins). Nothing merges by itself",
			Params: []rest.Param{
				{Name: "limit", In: "query", Type: 0},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: suggestionList{}},
			},
		},
	}
}

// Operations describe the API but for sessions and orders.
func Operations() []rest.Operation {
	return slices.Concat(inboxOperations(), unconfirmedOperations(), officeOperations())
}
