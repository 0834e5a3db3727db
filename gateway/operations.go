package gateway

import (
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/signin"
	"github.com/prosa-chat/prosa/gateway/view"
)

// sessionOperations describe who one is and how one gets in.
func sessionOperations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "POST", Path: "/api/v1/login",
			Summary:   "Log in; sets the session cookie",
			Detail:    "Attempts are limited for each e-mail and address.",
			Body:      loginRequest{},
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "In", Of: meView{}},
				{Status: 202, Doc: "The password is right, and a second step follows", Of: signin.StepView{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/logout",
			Summary: "End the session",
			Answers: []rest.Answer{
				{Status: 204, Doc: "Ended"},
			},
		},
		{
			Method: "GET", Path: "/api/v1/me",
			Summary: "Who is logged in, and the CSRF token",
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: meView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/openapi.json",
			Summary: "This document",
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: map[string]any{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/ws",
			Summary: "The WebSocket of live updates and commands",
			Detail:  "Protocol: package documentation of gateway.",
			Answers: []rest.Answer{
				{Status: 101, Doc: "Switched"},
			},
		},
		{
			Method: "PATCH", Path: "/api/v1/me",
			Summary: "Change one's own name, languages, time zone and language of the inbox",
			Body:    accountBody{},
			Answers: []rest.Answer{
				{Status: 200, Doc: "The account", Of: view.Agent{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/me/password",
			Summary: "Change one's own password; all other sessions end",
			Body:    passwordBody{},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Done"},
			},
		},
		{
			Method: "POST", Path: "/api/v1/me/logout_all",
			Summary: "End all of one's own sessions, this one too",
			Answers: []rest.Answer{
				{Status: 204, Doc: "Done"},
			},
		},
		{
			Method: "POST", Path: "/api/v1/password/reset",
			Summary: "Set a password by a link that an administrator gave, once; all sessions of the account end",
			Body:    resetBody{},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Done"},
			},
		},
		{
			Method: "POST", Path: "/api/v1/password/link",
			Summary: "Name the account whose password a link sets",
			Detail:  "The link stays good.",
			Body:    resetLinkBody{},
			Answers: []rest.Answer{
				{Status: 200, Doc: "The account", Of: linkView{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/agents/{agent}/logout",
			Summary: "End all sessions of an account (admin)",
			Params: []rest.Param{
				{Name: "agent", In: "path"},
			},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Done"},
			},
		},
		{
			Method: "POST", Path: "/api/v1/agents/{agent}/reset",
			Summary: "A link with which somebody sets his password: once, within a day, shown only here; the link before it ends (admin)",
			Params: []rest.Param{
				{Name: "agent", In: "path"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: resetView{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/invitation/link",
			Summary: "Whom a link invites, and where to",
			Detail:  "The link stays good.",
			Body:    invitationLinkBody{},
			Answers: []rest.Answer{
				{Status: 200, Doc: "The invitation", Of: invitedView{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/invitation",
			Summary: "Make the account that one is invited to, once, and log in; sets the session cookie",
			Body:    joinBody{},
			Answers: []rest.Answer{
				{Status: 200, Doc: "In", Of: meView{}},
				{Status: 202, Doc: "The account is made, and a second step follows", Of: signin.StepView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/me/sessions",
			Summary: "Where one is logged in, the last used first",
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: sessionList{}},
			},
		},
		{
			Method: "DELETE", Path: "/api/v1/me/sessions/{session}",
			Summary: "End one of one's own sessions",
			Params:  []rest.Param{{Name: "session", In: "path"}},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Ended"},
			},
		},
		{
			Method: "GET", Path: "/api/v1/agents/{agent}/sessions",
			Summary: "Where somebody is logged in, the last used first (admin)",
			Params:  []rest.Param{{Name: "agent", In: "path"}},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: sessionList{}},
			},
		},
		{
			Method: "DELETE", Path: "/api/v1/agents/{agent}/sessions/{session}",
			Summary: "End one session of somebody (admin)",
			Params:  []rest.Param{{Name: "agent", In: "path"}, {Name: "session", In: "path"}},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Ended"},
			},
		},
	}
}
