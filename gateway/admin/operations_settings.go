package admin

import "github.com/prosa-chat/prosa/gateway/rest"

// noticesOperations describe how administrators are told what they should know.
func noticesOperations() []rest.Operation {
	const path = "/api/v1/settings/notices"
	return []rest.Operation{
		{
			Method: "GET", Path: path,
			Summary: "What administrators are told of, and how: the newest version, or what held at a time (admin)",
			Params:  []rest.Param{{Name: "at", In: "query", Doc: "What held then, or is to hold: RFC 3339"}},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: noticesSettingView{}}},
		},
		{
			Method: "PUT", Path: path,
			Summary: "Publish what administrators are told of, for all members three seconds later (admin)",
			Detail:  "Refused as outdated if somebody has published a version since seen_version.",
			Body:    noticesSettingBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "Published", Of: noticesSettingView{}}},
		},
		{
			Method: "GET", Path: path + "/history",
			Summary: "All that was published of it, by whom and when, the newest first (admin)",
			Params: []rest.Param{
				{Name: "before", In: "query", Doc: "Older than this version", Type: 0},
				{Name: "limit", In: "query", Doc: "1 to 200; default 50", Type: 0},
			},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: noticesSettingList{}}},
		},
	}
}
