package identity

import "github.com/prosa-chat/prosa/gateway/rest"

// Operations describe what is served.
func Operations() []rest.Operation {
	none := []rest.Answer{{Status: 204, Doc: "Done"}}
	on := []rest.Answer{{Status: 303, Doc: "A browser goes on: to the provider, to the inbox, or to the login page, behind whose # stands what follows or why not"}}
	return []rest.Operation{
		{
			Method: "POST", Path: "/api/v1/login/providers",
			Summary: "Which companies' providers sign in addresses of a domain that they have proven",
			Detail:  "Whether anybody has an account is not told.",
			Body:    waysBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: WayList{}}},
		},
		{
			Method: "GET", Path: "/api/v1/login/provider/{company}",
			Summary: "Begin a sign-in at the provider of a company",
			Detail:  "With fresh=true whoever is signed in proves there who he is: for ten minutes his session asks for no password.",
			Params:  []rest.Param{{Name: "company", In: "path"}, {Name: "fresh", In: "query"}},
			Answers: on,
		},
		{
			Method: "GET", Path: CallbackPath,
			Summary: "Where a provider sends a browser back to; sets the session cookie",
			Params: []rest.Param{
				{Name: "code", In: "query"}, {Name: "state", In: "query"}, {Name: "error", In: "query"}, {Name: "iss", In: "query"},
			},
			Answers: on,
		},
		{
			Method: "GET", Path: "/api/v1/settings/provider",
			Summary: "The provider by which the company's people sign in (admin)",
			Answers: []rest.Answer{{Status: 200, Doc: "OK; the secret is never shown", Of: SettingsView{}}},
		},
		{
			Method: "PUT", Path: "/api/v1/settings/provider",
			Summary: "Set the provider, once it has answered (admin, no API key)",
			Body:    putBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: SettingsView{}}},
		},
		{
			Method: "DELETE", Path: "/api/v1/settings/provider",
			Summary: "Take the provider away; everybody signs in with a password again (admin, no API key)",
			Params:  []rest.Param{{Name: "seen_revision", In: "query"}},
			Answers: none,
		},
		{
			Method: "POST", Path: "/api/v1/settings/provider/test",
			Summary: "Ask a provider of itself, live; changes nothing (admin, no API key)",
			Body:    testBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "It answers", Of: TestView{}}},
		},
		{
			Method: "POST", Path: "/api/v1/settings/provider/prove",
			Summary: "Prove by a TXT record that a domain is the company's (admin, no API key)",
			Detail:  "Until then its addresses are not shown the company's button at the login; the company's own link shows it.",
			Body:    domainBody{}, NeedsBody: true,
			Answers: []rest.Answer{{Status: 200, Doc: "It is proven", Of: SettingsView{}}},
		},
		{
			Method: "DELETE", Path: "/api/v1/agents/{agent}/identity",
			Summary: "Forget who somebody is at the provider; all his sessions end (admin)",
			Detail:  "The next who comes from it with the account's e-mail is taken for its owner.",
			Params:  []rest.Param{{Name: "agent", In: "path"}},
			Answers: none,
		},
	}
}
