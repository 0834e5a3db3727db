package cloudapi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestProve(t *testing.T) {
	t.Parallel()
	const noObject = `{"error":{"message":"Object with ID does not exist","code":100,"error_subcode":33}}`
	for name, c := range map[string]struct {
		claim  Claim
		token  string
		broken string // part of a path that fails
		answer string
		status int
		field  string // of the ProofError; "-": another error
	}{
		"all is so":                   {claim: Claim{"100", "210", "330"}},
		"a number of the second page": {claim: Claim{"101", "210", "330"}},
		"no token":                    {claim: Claim{"100", "210", "330"}, token: "-", field: "token"},
		"a refused token":             {claim: Claim{"100", "210", "330"}, broken: "/100", status: 401, answer: `{"error":{"code":190,"message":"expired"}}`, field: "token"},
		"a refused token, code 0":     {claim: Claim{"100", "210", "330"}, broken: "/100", status: 401, answer: `{"error":{"code":0,"message":"AuthException"}}`, field: "token"},
		"a stranger's number":         {claim: Claim{"100", "210", "330"}, broken: "/100", status: 400, answer: noObject, field: "id"},
		"a stranger's account":        {claim: Claim{"100", "210", "330"}, broken: "/210/phone_numbers", status: 400, answer: noObject, field: "account_id"},
		"another account's number":    {claim: Claim{"102", "210", "330"}, field: "account_id"},
		"another portfolio":           {claim: Claim{"100", "210", "331"}, field: "portfolio_id"},
		"an owner that is not told":   {claim: Claim{"100", "210", "330"}, broken: "/210", status: 200, answer: `{"id":"210"}`, field: "token"},
		"a fault of Meta":             {claim: Claim{"100", "210", "330"}, broken: "/210", status: 500, answer: `{"error":{"code":2,"message":"passing"}}`, field: "-"},
		"too many calls":              {claim: Claim{"100", "210", "330"}, broken: "/100", status: 400, answer: `{"error":{"code":4,"message":"limit"}}`, field: "-"},
	} {
		client, _ := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer token" || r.Method != http.MethodGet {
				t.Errorf("%s: %s with %q", name, r.Method, r.Header.Get("Authorization"))
			}
			path := strings.TrimPrefix(r.URL.Path, "/v25.0")
			switch {
			case path == c.broken:
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			case path == "/210/phone_numbers" && r.URL.Query().Get("after") == "":
				_, _ = io.WriteString(w, `{"data":[{"id":"100"}],"paging":{"cursors":{"after":"x"},"next":"https://graph.facebook.com/y"}}`)
			case path == "/210/phone_numbers":
				_, _ = io.WriteString(w, `{"data":[{"id":"101"}],"paging":{"cursors":{"after":"y"}}}`)
			case path == "/210":
				_, _ = io.WriteString(w, `{"id":"210","owner_business_info":{"id":"330","name":"Lume"}}`)
			default:
				fmt.Fprintf(w, `{"id":%q,"status":"CONNECTED"}`, strings.TrimPrefix(path, "/"))
			}
		})
		token := "token"
		if c.token == "-" {
			token = ""
		}
		err := client.Prove(t.Context(), c.claim, token)
		field := ""
		if proof, ok := errors.AsType[*ProofError](err); ok {
			field = proof.Field
			if proof.Detail == "" || proof.Remedy == "" {
				t.Errorf("%s: %+v says not what is wrong and what to do", name, proof)
			}
		} else if err != nil {
			field = "-"
		}
		if field != c.field {
			t.Errorf("%s: %v; want an error of %q", name, err, c.field)
		}
	}
}
