package identity

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// DomainView is a domain of the settings and how it is proven.
type DomainView struct {
	Name   string `json:"name"`
	Proven bool   `json:"proven" doc:"Whoever writes an address of it at the login is shown the company's button"`
	Record string `json:"record" doc:"Name of the TXT record that proves it"`
	Value  string `json:"value" doc:"What that record must hold"`
}

func recordOf(domain string) string { return "_prosa." + domain }

func valueOf(of *identity.Provider) string { return "prosa-domain=" + of.Token }

func domains(of *identity.Provider) []DomainView {
	list := make([]DomainView, len(of.Domains))
	for i, d := range of.Domains {
		list[i] = DomainView{d, slices.Contains(of.Proven, d), recordOf(d), valueOf(of)}
	}
	return list
}

// unproven is the refusal of what only the owner of all the domains may set.
func unproven(s *settingsBody) error {
	field := "settings.joins"
	if s.Exclusive {
		field = "settings.exclusive"
	}
	p := problem.Field(field, "not all domains are proven to be the company's")
	p.Remedy = "save without it, prove every domain by its TXT record, then turn it on"
	return p
}

// domainBody names a domain of the settings.
type domainBody struct {
	Domain string `json:"domain" maxLength:"253"`
}

// Prove asks the name servers of a domain whether it is the company's.
func (h *Handlers) Prove(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in domainBody
	if h.cfg.Providers == nil {
		return problem.New(code.NotFound, "")
	}
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	domain := strings.ToLower(wa.CleanText(in.Domain))
	of, err := h.cfg.Providers.Of(r.Context(), who.Person.TenantID)
	switch {
	case err != nil:
		return err
	case !slices.Contains(of.Domains, domain):
		return notNamed()
	}
	if err := h.told(r.Context(), &of, domain); err != nil {
		return err
	}
	switch err := h.cfg.Providers.Prove(r.Context(), of.TenantID, domain, of.Token); {
	case errors.Is(err, persistence.ErrNotFound): // it was changed meanwhile
		return notNamed()
	case err != nil:
		return err
	}
	if of, err = h.cfg.Providers.Of(r.Context(), of.TenantID); err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, h.view(r, of.TenantID, &of))
}

func notNamed() error {
	p := problem.Field("domain", "the settings do not name this domain")
	p.Remedy = "name it in the settings of the provider first"
	return p
}

// told says whether the name servers of a domain tell the token of its tenant.
func (h *Handlers) told(ctx context.Context, of *identity.Provider, domain string) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	texts, err := h.cfg.Resolver.LookupTXT(ctx, recordOf(domain)+".") // the root: no search list of this machine
	missing, asked := errors.AsType[*net.DNSError](err)
	if err != nil && (!asked || !missing.IsNotFound) {
		p := problem.Field("domain", "the name servers of the domain do not answer")
		p.Remedy = "try again in a minute; if it stays, ask whoever runs the domain"
		return p
	}
	for _, text := range texts {
		if rest.SameToken(strings.TrimSpace(text), valueOf(of)) {
			return nil
		}
	}
	p := problem.Field("domain", "there is no TXT record "+recordOf(domain)+" yet")
	if len(texts) > 0 {
		p.Detail = "the TXT record " + recordOf(domain) + " holds another value"
	}
	p.Remedy = "add it with the value " + valueOf(of) + ", then try again: a new record may take an hour until it is seen"
	return p
}
