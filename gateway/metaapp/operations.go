package metaapp

import "github.com/prosa-chat/prosa/gateway/rest"

// Operations describe the routes of Meta apps.
func Operations() []rest.Operation {
	own := operations()
	return append(own, operatorOperations(own)...)
}

func operations() []rest.Operation {
	app := []rest.Param{{Name: "app", In: "path"}}
	now := []rest.Answer{{Status: 200, Doc: "The app as it is now", Of: AppView{}}}
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/apps",
			Summary: "Meta apps of the company, by name (admin)",
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: AppList{}}},
		},
		{
			Method: "POST", Path: "/api/v1/apps",
			Summary:   "Connect a Meta app (admin)",
			Detail:    "Enter callback_url and verify_token at Meta, under WhatsApp, Configuration. The verify token is shown only here. Webhooks that come by the app are applied to numbers of the company only.",
			Body:      appBody{},
			NeedsBody: true,
			Answers:   []rest.Answer{{Status: 200, Doc: "The app", Of: AppView{}}},
		},
		{
			Method: "PATCH", Path: "/api/v1/apps/{app}",
			Summary: "Rename a Meta app (admin)",
			Params:  app, Body: nameBody{}, NeedsBody: true, Answers: now,
		},
		{
			Method: "POST", Path: "/api/v1/apps/{app}/secret",
			Summary: "Enter the app secret that was reset at Meta (admin)",
			Detail:  "Calls to Meta are proved with the new one from now on; webhooks that are signed with the one before are good for 24 hours more, unless it is dropped.",
			Params:  app, Body: secretBody{}, NeedsBody: true, Answers: now,
		},
		{
			Method: "DELETE", Path: "/api/v1/apps/{app}/secret/previous",
			Summary: "Refuse the secret before at once (admin)",
			Params:  app, Answers: now,
		},
		{
			Method: "POST", Path: "/api/v1/apps/{app}/verify_token",
			Summary: "Make another verify token, shown only here (admin)",
			Detail:  "The one before is good for 24 hours more, unless it is dropped.",
			Params:  app, Answers: now,
		},
		{
			Method: "DELETE", Path: "/api/v1/apps/{app}/verify_token/previous",
			Summary: "Refuse the verify token before at once (admin)",
			Params:  app, Answers: now,
		},
		{
			Method: "DELETE", Path: "/api/v1/apps/{app}",
			Summary: "Remove a Meta app (admin): refused while numbers are connected through it, its webhooks are not found from then on",
			Params:  app, Answers: []rest.Answer{{Status: 204, Doc: "Removed"}},
		},
	}
}
