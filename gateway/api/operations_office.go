package api

import (
	"github.com/prosa-chat/prosa/gateway/rest"
)

// officeOperations describe colleagues, teams and numbers.
func officeOperations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/agents",
			Summary: "Colleagues",
			Params: []rest.Param{
				{Name: "disabled", In: "query", Doc: "true: those who were shut out too (managers and admins)", Type: false},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: agentList{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/teams",
			Summary: "Teams of the tenant",
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: teamList{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/numbers",
			Summary: "Business numbers of my teams",
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: numberList{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/numbers",
			Summary:   "Register a business number, or renew its token (admin). Meta is asked with the token whether number, account and portfolio belong together; what it denies is answered as not_proven with the field",
			Body:      RegisterNumberBody{},
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: NumberView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/numbers/{id}/templates",
			Summary: "Templates of a number",
			Detail:  "Read from Meta when the number is registered, every ten minutes, and when a webhook tells of a change.",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Meta's phone number id"},
				{Name: "status", In: "query", Doc: "Only of this status, such as approved"},
				{Name: "q", In: "query", Doc: "Part of the name or the text"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: templateListView{}},
			},
		},
	}
}
