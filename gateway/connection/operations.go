package connection

import (
	"github.com/prosa-chat/prosa/gateway/rest"
)

// Operations describe the steps. finished is a value of what the last one answers.
func Operations(finished any) []rest.Operation {
	step := func(path, summary string, body any) rest.Operation {
		return rest.Operation{
			Method: "POST", Path: "/api/v1/connection/" + path, Summary: summary, Body: body, NeedsBody: true,
			Detail:  "What Meta denies is no problem document but a check that failed, with its field and what would help. Each may be taken again.",
			Answers: []rest.Answer{{Status: 200, Doc: "How far it has come", Of: View{}}},
		}
	}
	finish := step("finish", "The number connected: its name, team and language (admin)", FinishBody{})
	finish.Detail, finish.Answers = "Everything is asked of Meta once more; what it denies is answered as not_proven with the field.",
		[]rest.Answer{{Status: 200, Doc: "The number", Of: finished}}
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/connection", Summary: "The number that one is connecting, and how far it has come (admin)",
			Detail:  "One for each person, kept for a day after the last step. The token is not told.",
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: View{}}},
		},
		{
			Method: "DELETE", Path: "/api/v1/connection", Summary: "Give it up (admin)", Detail: "What was done at Meta stays done.",
			Answers: []rest.Answer{{Status: 204, Doc: "Given up"}},
		},
		{
			Method: "PUT", Path: "/api/v1/numbers/{id}/token", Summary: "Replace the access token of a number (admin)",
			Detail: "Meta is asked first whether the new one is good for this number; where it denies that, the answer is not_proven with a reason, and the one before stays. All members send with it within seconds, and what waited for it goes on.",
			Params: []rest.Param{{Name: "id", In: "path", Doc: "Meta's phone number id"}},
			Body:   TokenBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "Replaced", Of: Replaced{}}},
		},
		step("account", "The token, what it may do, and whose the account is (admin)", AccountBody{}),
		step("number", "Choose a number of the account (admin)", NumberBody{}),
		step("code", "Have Meta send a code to the number (admin)", CodeBody{}),
		step("verify", "Show Meta the code (admin)", VerifyBody{}),
		step("activate", "Have the webhooks come here, and register the number (admin)", ActivateBody{}),
		finish,
	}
}
