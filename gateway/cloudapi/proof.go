package cloudapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// numberPages bounds how many pages of an account's numbers are read: 2,000.
const numberPages = 20

// Claim is what somebody says of a number who wants to register it.
type Claim struct {
	Number    wa.PhoneNumberID
	Account   wa.AccountID
	Portfolio wa.PortfolioID
}

// ProofError says what of a claim is not so. Field is token, id, account_id or
// portfolio_id; Detail and Remedy are for the person who made the claim.
type ProofError struct {
	Field, Detail, Remedy string
}

func (e *ProofError) Error() string { return "number not proven: " + e.Field + ": " + e.Detail }

// Prove asks Graph with the number's token whether a claim holds: that the number
// exists, belongs to the account, and the account to the portfolio. It is a
// *ProofError if not; a *SendError when Meta does not answer in a way that tells.
func (c *Client) Prove(ctx context.Context, claim Claim, token string) error {
	if token == "" {
		return &ProofError{"token", "the access token is missing", "give the access token of a system user who may manage the number"}
	}
	if _, err := c.Number(ctx, claim.Number, token); err != nil {
		return unproven(err, "id", "Meta has no such number, or not for this token", "copy the phone number id from API Setup")
	}
	found, err := c.hasNumber(ctx, claim, token)
	if err != nil {
		return unproven(err, "account_id", "Meta has no such account, or not for this token", "copy the id of the WhatsApp Business Account from API Setup")
	}
	if !found {
		return &ProofError{"account_id", "the number does not belong to this account", "copy the id of the WhatsApp Business Account from API Setup"}
	}
	return c.proveOwner(ctx, claim, token)
}

// hasNumber looks for a number in the list of an account.
func (c *Client) hasNumber(ctx context.Context, claim Claim, token string) (bool, error) {
	after := ""
	for range numberPages {
		var answer struct {
			Data []struct {
				ID wa.PhoneNumberID `json:"id"`
			} `json:"data"`
			Paging struct {
				Cursors struct {
					After string `json:"after"`
				} `json:"cursors"`
				Next string `json:"next"`
			} `json:"paging"`
		}
		query := url.Values{"fields": {"id"}, "limit": {"100"}}
		if after != "" {
			query.Set("after", after)
		}
		if err := c.call(ctx, http.MethodGet, "/"+url.PathEscape(string(claim.Account))+"/phone_numbers", token, query, nil, &answer); err != nil {
			return false, err
		}
		for _, n := range answer.Data {
			if n.ID == claim.Number {
				return true, nil
			}
		}
		if after = answer.Paging.Cursors.After; after == "" || answer.Paging.Next == "" {
			break
		}
	}
	return false, nil
}

func (c *Client) proveOwner(ctx context.Context, claim Claim, token string) error {
	var answer struct {
		Owner struct {
			ID wa.PortfolioID `json:"id"`
		} `json:"owner_business_info"`
	}
	query := url.Values{"fields": {"id,owner_business_info"}}
	if err := c.call(ctx, http.MethodGet, "/"+url.PathEscape(string(claim.Account)), token, query, nil, &answer); err != nil {
		return unproven(err, "account_id", "Meta does not show this account to the token", "give the token the permission whatsapp_business_management")
	}
	switch answer.Owner.ID {
	case claim.Portfolio:
		return nil
	case "":
		return &ProofError{"token", "Meta does not tell this token who owns the account", "give the token the permission business_management"}
	}
	return &ProofError{
		"portfolio_id", "the account belongs to portfolio " + wa.Preview(string(answer.Owner.ID)),
		"give the id of the business portfolio that owns the account",
	}
}

// unproven says what a refused question means for a claim.
func unproven(err error, field, detail, remedy string) error {
	refused, ok := errors.AsType[*SendError](err)
	switch {
	case !ok || refused.HTTPStatus == 0:
		return err
	case refused.Class == ClassAuthStop:
		return &ProofError{
			"token", "Meta refuses the access token: " + refused.Detail,
			"make a system user's token with whatsapp_business_messaging and whatsapp_business_management, and send it again",
		}
	case strings.Contains(refused.Detail, "appsecret_proof"): // Meta's words; its code is that of any bad parameter
		return &ProofError{
			"token", "the access token belongs to another Meta app, or the secret that is stored of this app is not Meta's",
			"make the token in the app by which the number is connected, or enter the app's secret anew",
		}
	case refused.NoSuchObject():
		return &ProofError{field, detail, remedy}
	}
	return err
}
