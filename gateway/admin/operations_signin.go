package admin

import "github.com/prosa-chat/prosa/gateway/rest"

// signInOperations describe the policy of signing in.
func signInOperations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/settings/signin",
			Summary: "Who must have a second factor: the newest version, or what held at a time (admin)",
			Params: []rest.Param{
				{Name: "at", In: "query", Doc: "What held then, or is to hold: RFC 3339"},
			},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: signInSettingView{}}},
		},
		{
			Method: "PUT", Path: "/api/v1/settings/signin",
			Summary:   "Publish who must have a second factor, for all members three seconds later (admin)",
			Detail:    "Refused as outdated if somebody has published a version since seen_version. Who must have one and has none is led to it at the next sign-in; sessions stay.",
			Body:      signInSettingBody{},
			NeedsBody: true,
			Answers:   []rest.Answer{{Status: 200, Doc: "Published", Of: signInSettingView{}}},
		},
		{
			Method: "GET", Path: "/api/v1/settings/signin/history",
			Summary: "All that was published of who must have a second factor, by whom and when, the newest first (admin)",
			Params: []rest.Param{
				{Name: "before", In: "query", Doc: "Older than this version", Type: 0},
				{Name: "limit", In: "query", Doc: "1 to 200; default 50", Type: 0},
			},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: signInSettingList{}}},
		},
	}
}
