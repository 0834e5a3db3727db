package onboarding

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

type object = map[string]any

// refusal is an error of Graph's.
type refusal struct {
	status, code, subcode int
	details               string
}

func (r *refusal) write(w http.ResponseWriter) {
	e := object{
		"message": "(#" + itoa(r.code) + ") " + cloudapi.Explain(r.code).Meaning, "type": "OAuthException", "code": r.code,
		"fbtrace_id": "AsimulatedTrace00000000", "error_data": object{"messaging_product": "whatsapp", "details": r.details},
	}
	if r.subcode != 0 {
		e["error_subcode"] = r.subcode
	}
	write(w, r.status, object{"error": e})
}

func itoa(n int) string {
	text, _ := json.Marshal(n) // a number always encodes
	return string(text)
}

// write sends the whole answer at once.
func write(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "encode answer", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	w.Write(text)
}

// bearer is the token of a request, and why it is not taken.
func (d *Desk) bearer(r *http.Request) (string, *refusal) {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case d.config.Down(), !found || token == "":
		return "", &refusal{status: 401, code: 190, details: "Error validating access token."}
	case !d.config.Proven(r.URL.Query().Get("appsecret_proof"), token):
		return "", &refusal{status: 400, code: 100, details: "Invalid appsecret_proof provided in the API argument."}
	}
	return token, nil
}

// may answers a request that is refused. Callers hold the lock.
func (d *Desk) may(w http.ResponseWriter, r *http.Request, account wa.AccountID, scope string) bool {
	token, refused := d.bearer(r)
	if refused == nil {
		refused = d.judge(token, account, scope)
	}
	if refused != nil {
		refused.write(w)
	}
	return refused == nil
}

func missing(w http.ResponseWriter) {
	(&refusal{status: 400, code: 100, subcode: 33, details: "Object with this ID does not exist, cannot be loaded due to missing permissions, or does not support this operation."}).write(w)
}

func done(w http.ResponseWriter) { write(w, http.StatusOK, object{"success": true}) }
