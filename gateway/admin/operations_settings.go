package admin

import "github.com/prosa-chat/prosa/gateway/rest"

// settingDoc describes a kind of settings, whose three routes differ in nothing else.
type settingDoc struct {
	kind             string
	of               string // what it says, as a clause: who must have a second factor
	effect           string // what else publishing does; "": nothing
	view, body, list any    // of the API, for its description
}

// settingDocs are the kinds that are configured over the API.
func settingDocs() []settingDoc {
	return []settingDoc{
		{
			"media", "how long customers' files are kept", "Files that are too old by it are removed within the hour, for ever.",
			mediaSettingView{},
			mediaSettingBody{},
			mediaSettingList{},
		},
		{
			"notices", "what administrators are told of, and how", "",
			noticesSettingView{},
			noticesSettingBody{},
			noticesSettingList{},
		},
		{
			"signin", "who must have a second factor", "Who must have one and has none is led to it at the next sign-in; sessions stay.",
			signInSettingView{},
			signInSettingBody{},
			signInSettingList{},
		},
	}
}

// operations describe the routes of a kind.
func (d *settingDoc) operations() []rest.Operation {
	path := "/api/v1/settings/" + d.kind
	detail := "Refused as outdated if somebody has published a version since seen_version."
	if d.effect != "" {
		detail += " " + d.effect
	}
	return []rest.Operation{
		{
			Method: "GET", Path: path,
			Summary: "Read " + d.of + ": the newest version, or what held at a time (admin)",
			Params:  []rest.Param{{Name: "at", In: "query", Doc: "What held then, or is to hold: RFC 3339"}},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: d.view}},
		},
		{
			Method: "PUT", Path: path,
			Summary: "Publish " + d.of + ", for all members three seconds later (admin)", Detail: detail,
			Body: d.body, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "Published", Of: d.view}},
		},
		{
			Method: "GET", Path: path + "/history",
			Summary: "All that was published of " + d.of + ": by whom and when, the newest first (admin)",
			Params: []rest.Param{
				{Name: "before", In: "query", Doc: "Older than this version", Type: 0},
				{Name: "limit", In: "query", Doc: "1 to 200; default 50", Type: 0},
			},
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: d.list}},
		},
	}
}

func settingOperations() (list []rest.Operation) {
	for _, d := range settingDocs() {
		list = append(list, d.operations()...)
	}
	return list
}
