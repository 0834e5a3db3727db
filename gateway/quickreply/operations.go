package quickreply

import "github.com/prosa-chat/prosa/gateway/rest"

// Operations describe the routes of quick replies.
func Operations() []rest.Operation {
	const path = "/api/v1/quick_replies"
	reply := rest.Param{Name: "reply", In: "path"}
	now := []rest.Answer{{Status: 200, Doc: "The reply as it is now", Of: View{}}}
	return []rest.Operation{
		{
			Method: "GET", Path: path,
			Summary: "Quick replies that one may use: one's own, those of one's teams and of the company, by shortcut",
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: ListView{}}},
		},
		{
			Method: "POST", Path: path,
			Summary: "Make a quick reply: one of his own everybody, those of teams and of the company managers and administrators",
			Detail:  "A shortcut is given once among one's own, those of a team, and those of the company. A company has at most 2000, a person 200 of his own. API keys need the right to admin, and have none of their own.",
			Body:    makeBody{}, NeedsBody: true, Answers: now,
		},
		{
			Method: "PATCH", Path: path + "/{reply}",
			Summary: "Change a quick reply: who may make such a one",
			Params:  []rest.Param{reply}, Body: changeBody{}, NeedsBody: true, Answers: now,
		},
		{
			Method: "DELETE", Path: path + "/{reply}",
			Summary: "Remove a quick reply: who may make such a one",
			Params:  []rest.Param{reply, {Name: "revision", In: "query", Doc: "As it was seen: one that was changed meanwhile is not removed", Type: 0}},
			Answers: []rest.Answer{{Status: 204, Doc: "Removed"}},
		},
		{
			Method: "POST", Path: path + "/{reply}/used",
			Summary: "Count that a quick reply was inserted",
			Params:  []rest.Param{reply},
			Answers: []rest.Answer{{Status: 204, Doc: "Counted"}},
		},
	}
}
