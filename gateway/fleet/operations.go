package fleet

import "github.com/prosa-chat/prosa/gateway/rest"

// Operations describe what administrators do with their numbers.
func Operations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/fleet", Summary: "How all numbers of the tenant fare (admin, auditor)",
			Detail:  "Meta is asked about each number every ten minutes, and at once when a webhook tells of it.",
			Answers: []rest.Answer{{Status: 200, Doc: "By name", Of: listView{}}},
		},
		{
			Method: "GET", Path: "/api/v1/fleet/touched", Summary: "What pausing some numbers would touch now (admin)",
			Params:  []rest.Param{{Name: "numbers", In: "query", Doc: "Their ids, with commas between them"}},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: TouchedView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/fleet/pause", Summary: "Have numbers hold back what they send, or send slower (admin)",
			Detail: "A job does so with each number by and by. What comes in is received all the same; what is held back goes on when the number is resumed, if its window is still open then.",
			Body:   PauseBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 202, Doc: "Ordered", Of: OrderedView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/fleet/resume", Summary: "Have numbers go on that an administrator paused (admin)",
			Body: ResumeBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 202, Doc: "Ordered", Of: OrderedView{}}},
		},
		{
			Method: "GET", Path: "/api/v1/fleet/export", Summary: "How numbers fare as a table; that it was exported is a line of the audit (admin, auditor)",
			Params:  []rest.Param{{Name: "numbers", In: "query", Doc: "Their ids, with commas between them; missing: all"}},
			Answers: []rest.Answer{{Status: 200, Doc: "CSV, by name", Media: "text/csv"}},
		},
		{
			Method: "POST", Path: "/api/v1/fleet/change", Summary: "Change the team or language of many numbers, or of none (admin)",
			Body: ChangeAllBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "Changed", Of: ChangedView{}}},
		},
		{
			Method: "GET", Path: "/api/v1/numbers/{id}/history", Summary: "What went through a number, and what Meta said of it (admin, auditor)",
			Params:  []rest.Param{{Name: "id", In: "path"}},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: HistoryView{}}},
		},
		{
			Method: "PATCH", Path: "/api/v1/numbers/{id}", Summary: "Change the name, team, language or rate of a number (admin)",
			Params: []rest.Param{{Name: "id", In: "path"}},
			Body:   ChangeBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "Changed", Of: NumberView{}}},
		},
	}
}
