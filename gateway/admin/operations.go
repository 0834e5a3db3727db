package admin

import (
	"slices"

	"github.com/prosa-chat/prosa/gateway/rest"
)

// filterParams say which lines of the audit are asked for.
func filterParams() []rest.Param {
	return []rest.Param{
		{Name: "by", In: "query", Doc: "Id of who did it"},
		{Name: "action", In: "query", Doc: "Such as person.changed, or person for all of them"},
		{Name: "object_kind", In: "query", Doc: "Such as person, team, number"},
		{Name: "object_id", In: "query"},
		{Name: "q", In: "query", Doc: "Part of a name or of a value", MaxLength: maxQuery},
		{Name: "from", In: "query", Doc: "RFC 3339; lines of this moment or later"},
		{Name: "to", In: "query", Doc: "RFC 3339; lines before this moment"},
		{Name: "before", In: "query", Doc: "next of the answer before", Type: int64(0)},
	}
}

// Operations describe the routes of administration.
func Operations() []rest.Operation {
	return slices.Concat(accountOperations(), teamOperations(), doorOperations(), settingOperations())
}

// doorOperations describe who gets in, and who did what.
func doorOperations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "GET", Path: "/api/v1/invitations",
			Summary: "Who was invited and has not come yet, the newest first (admin)",
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: invitationList{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/invitations",
			Summary:   "Invite people with the same rights: all of them or none (admin)",
			Detail:    "Each link is good once, within a day, and shown only here. Inviting an address again ends its link before.",
			Body:      inviteBody{},
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "The links", Of: invitationList{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/invitations/{id}/renew",
			Summary: "Another link, for another day; the one before it ends (admin)",
			Params:  []rest.Param{{Name: "id", In: "path"}},
			Answers: []rest.Answer{
				{Status: 200, Doc: "The link", Of: invitationView{}},
			},
		},
		{
			Method: "DELETE", Path: "/api/v1/invitations/{id}",
			Summary: "Withdraw an invitation (admin)",
			Params:  []rest.Param{{Name: "id", In: "path"}},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Withdrawn"},
			},
		},
		{
			Method: "GET", Path: "/api/v1/keys",
			Summary: "API keys, the newest first, also those that are good no more (admin)",
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: keyList{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/keys",
			Summary:   "Make an API key (admin, no key)",
			Detail:    "The key is shown only here. Programs send it as a bearer token (Authorization: Bearer prosa_…) with every request of this API, and need no CSRF token.",
			Body:      keyBody{},
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "The key", Of: keyView{}},
			},
		},
		{
			Method: "DELETE", Path: "/api/v1/keys/{id}",
			Summary: "Revoke an API key, at once and for good (admin, no key)",
			Params:  []rest.Param{{Name: "id", In: "path"}},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Revoked"},
			},
		},
		{
			Method: "GET", Path: "/api/v1/audit",
			Summary: "Who changed what, the newest first (admin, auditor)",
			Params:  append(filterParams(), rest.Param{Name: "limit", In: "query", Doc: "1 to 200; default 50", Type: 0}),
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: auditList{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/audit/export",
			Summary: "The same as a table; that it was exported is a line of the audit too (admin, auditor)",
			Params:  filterParams(),
			Answers: []rest.Answer{
				{Status: 200, Doc: "CSV, the newest line first", Media: "text/csv"},
			},
		},
	}
}
