package admin

import "github.com/prosa-chat/prosa/gateway/rest"

// teamOperations describe who and what belongs to a team, and its end.
func teamOperations() []rest.Operation {
	team := rest.Param{Name: "team", In: "path"}
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/agents/{agent}/handover",
			Summary: "What an account would leave, and who may get it (admin)",
			Params:  []rest.Param{{Name: "agent", In: "path"}},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: handOverView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/teams/{team}/members",
			Summary:   "Let people join a team and leave it, several at once (admin)",
			Params:    []rest.Param{team},
			Body:      teamMembersBody{},
			NeedsBody: true,
			Answers:   []rest.Answer{{Status: 200, Doc: "Whose rights changed", Of: teamMembersView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/teams/{team}/numbers",
			Summary:   "Let new conversations on some numbers begin in a team (admin)",
			Params:    []rest.Param{team},
			Body:      teamNumbersBody{},
			NeedsBody: true,
			Answers:   []rest.Answer{{Status: 204, Doc: "Done"}},
		},
		{
			Method: "POST", Path: "/api/v1/teams/{team}/merge",
			Summary:   "Merge a team into another (admin): numbers, members, and the scopes of keys and invitations at once, conversations by a job",
			Detail:    "Conversations stay with their owners. The team is in no list from then on; its name is kept for what happened in it. What still comes to it follows.",
			Params:    []rest.Param{team},
			Body:      teamEndBody{},
			NeedsBody: true,
			Answers:   []rest.Answer{{Status: 200, Doc: "The job", Of: teamEndView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/teams/{team}/remove",
			Summary:   "Remove a team (admin): its numbers go to another at once, its conversations by a job",
			Detail:    "A conversation stays with its owner if he works for the other team, else it goes to that team's queue. Members, keys and invitations lose the team.",
			Params:    []rest.Param{team},
			Body:      teamEndBody{},
			NeedsBody: true,
			Answers:   []rest.Answer{{Status: 200, Doc: "The job", Of: teamEndView{}}},
		},
	}
}
