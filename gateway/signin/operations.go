package signin

import "github.com/prosa-chat/prosa/gateway/rest"

// Operations describe the second step and what somebody does with his factor. me is a
// value of what a sign-in answers in the end.
func Operations(me any) []rest.Operation {
	none := []rest.Answer{{Status: 204, Doc: "Done"}}
	return []rest.Operation{
		{
			Method: "POST", Path: "/api/v1/login/code",
			Summary: "The second step of a sign-in; sets the session cookie",
			Detail:  "After five wrong codes each further one costs a pause that doubles, up to a quarter of an hour; recovery codes do not.",
			Body:    stepBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: me}},
		},
		{
			Method: "POST", Path: "/api/v1/login/enrol",
			Summary: "Begin the second factor that a sign-in asks for",
			Body:    tokenBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "The secret, shown once", Of: EnrolmentView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/login/enrol/confirm",
			Summary: "Confirm the second factor that a sign-in asks for; sets the session cookie",
			Body:    stepBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "OK, with recovery codes, shown once", Of: me}},
		},
		{
			Method: "GET", Path: "/api/v1/me/factor",
			Summary: "One's own second factor",
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: FactorView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/me/factor",
			Summary: "Begin a second factor, or another instead of it; it counts when a code has confirmed it",
			Body:    proofBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "The secret, shown once", Of: EnrolmentView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/me/factor/confirm",
			Summary: "Confirm the second factor that was begun",
			Body:    codeBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "Recovery codes, shown once", Of: RecoveryView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/me/factor/recovery",
			Summary: "New recovery codes; those before end",
			Body:    proofBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "Recovery codes, shown once", Of: RecoveryView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/me/factor/off",
			Summary: "Turn one's own second factor off",
			Body:    proofBody{}, NeedsBody: true,
			Answers: none,
		},
		{
			Method: "DELETE", Path: "/api/v1/agents/{agent}/factor",
			Summary: "Remove somebody's second factor; all his sessions end (admin)",
			Params:  []rest.Param{{Name: "agent", In: "path"}},
			Answers: none,
		},
	}
}
