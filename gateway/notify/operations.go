package notify

import "github.com/prosa-chat/prosa/gateway/rest"

// Operations describe the routes of notices.
func Operations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/notices",
			Summary: "What administrators should know: a token died, a number is restricted, webhooks are silent, a queue ages (admin)",
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: noticeList{}}},
		},
		{
			Method: "PUT", Path: "/api/v1/notices/webhook",
			Summary: "Have notices sent to a program, signed with a new secret (admin)",
			Detail:  "A body is of type notice.began or test. It is sent until the program answers 2xx, for a day, and may come twice: X-Prosa-Delivery stays the same.",
			Body:    webhookBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "Set, or taken away", Of: webhookView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/notices/test",
			Summary: "Send a test to oneself by mail, or to the webhook (admin, no key)",
			Body:    testBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 202, Doc: "On its way; see failures of /api/v1/notices"}},
		},
	}
}
