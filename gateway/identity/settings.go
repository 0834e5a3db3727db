package identity

import (
	"context"
	"errors"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/outward"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// settingsBody are the settings of a provider, as they are sent and shown.
type settingsBody struct {
	Issuer         string       `json:"issuer" doc:"The provider's address, exactly as its discovery document has it" maxLength:"2000"`
	ClientID       string       `json:"client_id" maxLength:"500"`
	Domains        []string     `json:"domains" doc:"Of the e-mail addresses of those who sign in by it; 1 to 20"`
	Label          string       `json:"label" doc:"On the button" maxLength:"40"`
	TrustsEmail    bool         `json:"trusts_email" doc:"Addresses count as verified though the provider does not say so"`
	TrustsFactor   bool         `json:"trusts_factor" doc:"Who comes from it is asked for no second factor here"`
	Exclusive      bool         `json:"exclusive" doc:"People of the domains have no other way in, but those of password_people"`
	PasswordPeople []wa.AgentID `json:"password_people" doc:"Whose password stays good"`
	Joins          bool         `json:"joins" doc:"Whoever has no account is given one"`
	JoinRole       staff.Role   `json:"join_role" enum:"agent,manager,auditor"`
	JoinTeams      []wa.TeamID  `json:"join_teams"`
}

// SettingsView is the provider of a company.
type SettingsView struct {
	Revision    int64         `json:"revision" doc:"0: there is none"`
	Settings    *settingsBody `json:"settings,omitempty"`
	Domains     []DomainView  `json:"domains" doc:"Of the settings, and whether the company has proven that they are its own"`
	RedirectURI string        `json:"redirect_uri" doc:"To be entered at the provider"`
	LoginURL    string        `json:"login_url" doc:"Shows the company's button at once"`
}

// Get shows the provider of the company. Its secret is never shown.
func (h *Handlers) Get(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.cfg.Providers == nil {
		return problem.New(code.NotFound, "")
	}
	of, err := h.cfg.Providers.Of(r.Context(), who.Person.TenantID)
	if err != nil && !errors.Is(err, persistence.ErrNotFound) {
		return err
	}
	return rest.Write(w, http.StatusOK, h.view(r, who.Person.TenantID, &of))
}

func (h *Handlers) view(r *http.Request, tenant wa.TenantID, of *identity.Provider) SettingsView {
	v := SettingsView{Revision: of.Revision, RedirectURI: h.cfg.Origin(r) + CallbackPath, LoginURL: h.cfg.Origin(r) + "/?company=" + string(tenant), Domains: []DomainView{}}
	if of.Revision > 0 {
		b := settingsBody(of.Settings)
		v.Settings, v.Domains = &b, domains(of)
	}
	return v
}

// putBody sets the provider.
type putBody struct {
	SeenRevision int64        `json:"seen_revision" doc:"That which was read; 0 where there was none"`
	ClientSecret string       `json:"client_secret" required:"false" format:"password" doc:"Empty leaves the one that there is" maxLength:"500"`
	Settings     settingsBody `json:"settings"`
}

// Put sets the provider of the company, once it has answered.
func (h *Handlers) Put(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in putBody
	of, err := h.form(w, r, &who, &in)
	if err != nil {
		return err
	}
	if _, err := h.probe(r.Context(), in.Settings.Issuer); err != nil {
		return err
	}
	_, err = h.cfg.Providers.Put(r.Context(), who.Person.TenantID, in.SeenRevision, identity.Settings(in.Settings), in.ClientSecret)
	switch {
	case errors.Is(err, identity.ErrChanged):
		return problem.New(code.Outdated, "")
	case errors.Is(err, identity.ErrUnproven):
		return unproven(&in.Settings)
	case errors.Is(err, staff.ErrLastWay):
		p := problem.Field("settings.password_people", "no administrator could sign in with a password: nobody could mend this when the provider fails")
		p.Remedy = "name at least one administrator who keeps a password"
		return p
	case errors.Is(err, persistence.ErrRefused):
		return problem.Field("settings.join_teams", "one of the teams is not there")
	case err != nil:
		return err
	}
	if of, err = h.cfg.Providers.Of(r.Context(), who.Person.TenantID); err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, h.view(r, who.Person.TenantID, &of))
}

// TestView is what a provider says of itself.
type TestView struct {
	Authorization string `json:"authorization" doc:"Where people are sent"`
	Userinfo      bool   `json:"userinfo" doc:"The e-mail may be asked for"`
	PKCE          bool   `json:"pkce" doc:"It says that it knows PKCE with S256; without, it is used all the same"`
}

// testBody names a provider.
type testBody struct {
	Issuer string `json:"issuer" maxLength:"2000"`
}

// Test asks a provider of itself, live, and changes nothing.
func (h *Handlers) Test(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	if h.cfg.Providers == nil {
		return problem.New(code.NotFound, "")
	}
	var in testBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	p, err := h.probe(r.Context(), strings.TrimSpace(in.Issuer))
	if err != nil {
		return err
	}
	var says struct {
		Methods []string `json:"code_challenge_methods_supported"`
	}
	if err := p.Claims(&says); err != nil {
		return problem.Field("settings.issuer", "what it says of itself cannot be read")
	}
	return rest.Write(w, http.StatusOK, TestView{p.Endpoint().AuthURL, p.UserInfoEndpoint() != "", slices.Contains(says.Methods, "S256")})
}

// Remove takes the provider away.
func (h *Handlers) Remove(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.cfg.Providers == nil {
		return problem.New(code.NotFound, "")
	}
	seen, err := rest.Version(r.URL.Query().Get("seen_revision"), "seen_revision")
	if err != nil {
		return err
	}
	switch err := h.cfg.Providers.Remove(r.Context(), who.Person.TenantID, int64(seen)); {
	case errors.Is(err, identity.ErrChanged):
		return problem.New(code.Outdated, "")
	case err != nil:
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Unlink forgets who somebody is at the provider.
func (h *Handlers) Unlink(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.cfg.Providers == nil {
		return problem.New(code.NotFound, "")
	}
	id := wa.AgentID(wa.CleanText(r.PathValue("agent")))
	if err := h.cfg.Providers.Unlink(r.Context(), who.Person.TenantID, id); err != nil {
		return err
	}
	h.cfg.Changed(who.Person.TenantID, id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// probe asks a provider of itself, live. Its error names the field and what would help.
func (h *Handlers) probe(ctx context.Context, issuer string) (*oidc.Provider, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	p, err := h.ask(ctx, issuer)
	if err == nil {
		h.mu.Lock()
		delete(h.known, issuer) // what is known may be older
		h.mu.Unlock()
		return p, nil
	}
	of := problem.Field("settings.issuer", err.Error())
	of.Remedy = "compare the address with the discovery document at /.well-known/openid-configuration below it"
	unknown, isUnknown := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, outward.ErrForbidden):
		of.Detail = outward.ErrForbidden.Error() + "; a provider is reached over the open internet, unless whoever runs this installation sets PROSA_PRIVATE_ADDRESSES"
	case isUnknown && unknown.IsNotFound:
		of.Detail = "there is no such host"
	case errors.Is(err, context.DeadlineExceeded):
		of.Detail = "it does not answer within seconds"
	}
	if utf8.RuneCountInString(of.Detail) > 300 {
		of.Detail = "what answers is no discovery document of this issuer"
	}
	return nil, of
}

var domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)

const (
	domainsMost = 20
	peopleMost  = 100
)

// form reads and checks the settings, and returns those that hold now.
func (h *Handlers) form(w http.ResponseWriter, r *http.Request, who *staff.Session, in *putBody) (of identity.Provider, err error) {
	if h.cfg.Providers == nil {
		return of, problem.New(code.NotFound, "")
	}
	if err := rest.Decode(w, r, in); err != nil {
		return of, err
	}
	s := &in.Settings
	s.Issuer, s.ClientID, s.Label = strings.TrimSpace(s.Issuer), strings.TrimSpace(s.ClientID), wa.CleanText(s.Label)
	in.ClientSecret = strings.TrimSpace(in.ClientSecret)
	if err := check(s); err != nil {
		return of, err
	}
	of, err = h.cfg.Providers.Of(r.Context(), who.Person.TenantID)
	none := errors.Is(err, persistence.ErrNotFound)
	switch {
	case err != nil && !none:
		return of, err
	case len(in.ClientSecret) > 500 || !rest.Storable(in.ClientSecret):
		return of, problem.Field("client_secret", "too long, or cannot be kept")
	case in.ClientSecret == "" && none:
		return of, problem.Field("client_secret", "missing")
	case in.ClientSecret == "" && of.Issuer != s.Issuer:
		return of, problem.Field("client_secret", "another provider has another secret: write it anew")
	}
	return of, nil
}

func check(s *settingsBody) error {
	field := func(name, detail string) error { return problem.Field("settings."+name, detail) }
	for i, d := range s.Domains {
		s.Domains[i] = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(d), "@"))
		if !domainForm.MatchString(s.Domains[i]) {
			return field("domains", "want names such as example.com")
		}
	}
	slices.Sort(s.Domains)
	s.Domains = slices.Compact(s.Domains)
	switch {
	case s.Issuer == "" || len(s.Issuer) > 2000 || !rest.Storable(s.Issuer):
		return field("issuer", "want an address such as https://login.example.com")
	case s.ClientID == "" || len(s.ClientID) > 500 || !rest.Storable(s.ClientID):
		return field("client_id", "missing or too long")
	case len(s.Domains) == 0 || len(s.Domains) > domainsMost:
		return field("domains", "want 1 to 20 domains")
	case utf8.RuneCountInString(s.Label) > 40:
		return field("label", "too long: at most 40 characters")
	case len(s.PasswordPeople) > peopleMost:
		return field("password_people", "at most 100 people")
	case s.JoinRole != staff.RoleAgent && s.JoinRole != staff.RoleManager && s.JoinRole != staff.RoleAuditor:
		return field("join_role", "want agent, manager or auditor; administrators are made by administrators")
	}
	return rest.CheckName("settings.label", s.Label)
}
