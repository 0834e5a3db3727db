package tenants

import (
	"github.com/prosa-chat/prosa/gateway/rest"
)

// Route is one that an operator's key opens.
type Route struct {
	Method, Path string
	Handle       rest.Handler
}

const (
	allPath = "/api/v1/operator/tenants"
	onePath = allPath + "/{tenant}"
)

// Operator lists the routes for whoever runs the installation.
func (h *Handlers) Operator() []Route {
	return []Route{
		{"GET", allPath, h.guarded(h.list)},
		{"POST", allPath, h.guarded(h.create)},
		{"GET", onePath, h.guarded(h.get)},
		{"PUT", onePath + "/limits", h.guarded(h.limit)},
		{"POST", onePath + "/suspend", h.guarded(h.suspend)},
		{"POST", onePath + "/resume", h.guarded(h.resume)},
		{"POST", onePath + "/delete", h.guarded(h.close)},
		{"GET", onePath + "/export", h.guarded(h.export)},
	}
}

// Operations describe the routes of tenants.
func Operations() []rest.Operation {
	tenant := []rest.Param{{Name: "tenant", In: "path"}}
	one := []rest.Answer{{Status: 200, Doc: "The tenant", Of: tenantView{}}}
	own := []rest.Answer{{Status: 200, Doc: "OK", Of: ownView{}}}
	return []rest.Operation{
		{Method: "GET", Path: "/api/v1/tenant", Summary: "One's own company: its name, what it may have and what it has (admin)", Answers: own},
		{Method: "PATCH", Path: "/api/v1/tenant", Summary: "Give one's own company another name (admin)", Body: ownBody{}, NeedsBody: true, Answers: own},
		{
			Method: "GET", Path: allPath, Summary: "All tenants of the installation, by name (operator)",
			Answers: []rest.Answer{{Status: 200, Doc: "OK", Of: tenantList{}}},
		},
		{
			Method: "POST", Path: allPath, Summary: "Make a tenant with its first administrator's link (operator)",
			Body: newTenantBody{}, NeedsBody: true, Answers: []rest.Answer{{Status: 200, Doc: "The tenant and the link", Of: madeTenantView{}}},
		},
		{Method: "GET", Path: onePath, Summary: "One tenant (operator)", Params: tenant, Answers: one},
		{
			Method: "PUT", Path: onePath + "/limits", Summary: "Set what a tenant may have (operator)",
			Detail: "What it has beyond stays; more it cannot get. What is left out is not limited.",
			Params: tenant, Body: limitsView{}, NeedsBody: true, Answers: one,
		},
		{
			Method: "POST", Path: onePath + "/suspend", Summary: "Suspend a tenant, for all members within seconds (operator)",
			Detail: "What its customers write is received and stored; nothing is sent, and waits. Its sessions end, logging in says why, its API keys are refused.",
			Params: tenant, Body: suspendBody{}, NeedsBody: true, Answers: one,
		},
		{
			Method: "POST", Path: onePath + "/resume", Summary: "Bring a tenant back that is suspended, or within the term of its deletion (operator)",
			Params: tenant, Answers: one,
		},
		{
			Method: "POST", Path: onePath + "/delete", Summary: "Suspend a tenant now, and remove everything of it after a term (operator)",
			Detail: "Until erase_at it can be resumed. Then everything of it is removed, for ever.",
			Params: tenant, Body: closeBody{}, NeedsBody: true, Answers: one,
		},
		{
			Method: "GET", Path: onePath + "/export", Summary: "All that a tenant has, as of one moment; a line of its audit (operator)",
			Detail: "A zip archive: tables/NAME.ndjson with one row as JSON a line, files/N with the files of customers, and at its end manifest.json " +
				"with the number of rows and the SHA-256 of each entry. Secrets and their hashes are not in it. An archive that breaks off has no end and is none.",
			Params: tenant, Answers: []rest.Answer{{Status: 200, Doc: "The archive", Media: "application/zip"}},
		},
	}
}
