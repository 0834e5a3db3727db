package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/identity"
)

// words is what an id token and the answer of userinfo say of somebody. Some providers
// write true as a text.
type words struct {
	Subject  string `json:"sub"`
	Email    string `json:"email"`
	Verified any    `json:"email_verified"`
	Name     string `json:"name"`
	Party    string `json:"azp"`
	At       int64  `json:"auth_time"` // seconds of Unix time
}

func (w *words) verified() bool { return w.Verified == true || w.Verified == "true" }

// redeem gives a code for what the provider says of its owner, and judges that. What
// go-oidc leaves to its caller, the nonce, is looked at here, the state before.
func (h *Handlers) redeem(ctx context.Context, r *http.Request, of *identity.Provider, b *begun, code string) (c identity.Claims, err error) {
	provider, err := h.discover(ctx, of.Issuer)
	if err != nil {
		return c, refuse(reasonDown, err)
	}
	ctx = oidc.ClientContext(ctx, h.client)
	token, err := h.config(r, of, provider).Exchange(ctx, code, oauth2.VerifierOption(b.Verifier))
	if err != nil {
		if _, answered := errors.AsType[*oauth2.RetrieveError](err); answered {
			return c, refuse(reasonInvalid, err)
		}
		return c, refuse(reasonDown, err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return c, refuse(reasonInvalid, errors.New("there is no id token"))
	}
	id, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: of.ClientID}).Verify(ctx, raw)
	if err != nil {
		return c, refuse(reasonInvalid, err)
	}
	var said words
	switch err := id.Claims(&said); {
	case err != nil:
		return c, refuse(reasonInvalid, err)
	case !rest.SameToken(id.Nonce, b.Nonce):
		return c, refuse(reasonInvalid, errors.New("the nonce is another sign-in's"))
	case b.Fresh && said.At < b.Until-int64((beginLife+clockSkew).Seconds()):
		return c, refuse(reasonStale, errors.New("the provider does not say that it asked anew"))
	case said.Party != "" && said.Party != of.ClientID:
		return c, refuse(reasonInvalid, errors.New("the token was made for another program"))
	case id.Subject == "" || len(id.Subject) > maxSubject || !rest.Storable(id.Subject):
		return c, refuse(reasonInvalid, errors.New("the subject cannot be kept"))
	}
	if said.Email == "" || said.Name == "" || !said.verified() && !of.TrustsEmail {
		if err := h.more(ctx, provider, token, &said); err != nil {
			return c, err
		}
	}
	return judge(of, &said)
}

// clockSkew is how far a provider's clock may be behind.
const clockSkew = time.Minute

const maxSubject = 255 // OpenID Connect Core, section 2

// more asks userinfo: an e-mail may stand nowhere else. What it says of the e-mail counts
// as a whole.
func (h *Handlers) more(ctx context.Context, p *oidc.Provider, token *oauth2.Token, said *words) error {
	if p.UserInfoEndpoint() == "" {
		return nil
	}
	if err := h.usable(p.UserInfoEndpoint()); err != nil {
		return refuse(reasonInvalid, fmt.Errorf("userinfo: %w", err))
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return refuse(reasonDown, fmt.Errorf("userinfo: %w", err))
	}
	var also words
	switch err := info.Claims(&also); {
	case err != nil:
		return refuse(reasonInvalid, fmt.Errorf("userinfo: %w", err))
	case also.Subject != said.Subject:
		return refuse(reasonInvalid, errors.New("userinfo: it is of somebody else"))
	}
	if also.Email != "" {
		said.Email, said.Verified = also.Email, also.Verified
	}
	if said.Name == "" {
		said.Name = also.Name
	}
	return nil
}

// judge says whether somebody of these claims may sign in by the provider.
func judge(of *identity.Provider, said *words) (identity.Claims, error) {
	c := identity.Claims{Subject: said.Subject, Email: said.Email, Name: wa.CleanText(said.Name)}
	switch {
	case said.Email == "" || rest.CheckEmail(said.Email) != nil:
		return c, refuse(reasonEmail, errors.New("no e-mail that can be used"))
	case !of.Serves(said.Email):
		return c, refuse(reasonDomain, errors.New("the e-mail is of no domain of the settings"))
	case !said.verified() && !of.TrustsEmail:
		return c, refuse(reasonUnverified, errors.New("the provider does not say that the e-mail is verified"))
	}
	if rest.CheckName("name", c.Name) != nil {
		c.Name = c.Email
	}
	if rest.CheckName("name", c.Name) != nil {
		return c, refuse(reasonEmail, errors.New("neither name nor e-mail can stand in a list"))
	}
	return c, nil
}
