package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// maxRequest bounds the body of an API call.
const maxRequest = 1 << 20

// Handler serves the Graph API under /v{N}.0/, the page at / and its own API
// under /sim/.
func (s *Simulator) Handler() http.Handler {
	graph, page := s.graphRoutes(), s.pageRoutes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isGraph(r.URL.Path) {
			graph.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
}

// isGraph says whether a path begins with a version like /v25.0/.
func isGraph(path string) bool {
	version, _, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	major, found := strings.CutPrefix(version, "v")
	digits, minor, dot := strings.Cut(major, ".")
	return ok && found && dot && digits != "" && minor != "" && strings.Trim(digits+minor, "0123456789") == ""
}

func (s *Simulator) graphRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{version}/{id}/messages", s.asNumber(s.postMessage))
	mux.HandleFunc("POST /{version}/{id}/media", s.asNumber(s.postMedia))
	mux.HandleFunc("GET /{version}/{id}/message_history", s.asNumber(s.getHistory))
	mux.HandleFunc("GET /{version}/{id}/message_templates", s.getTemplates)
	s.desk.Routes(mux)
	mux.HandleFunc("GET /{version}/{id}", s.getObject)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, newError(2500, "Unknown path components."))
	})
	return mux
}

// asNumber lets a call through that names a number of ours with its token.
func (s *Simulator) asNumber(next func(http.ResponseWriter, *http.Request, *number)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := s.findNumber(wa.PhoneNumberID(r.PathValue("id")))
		if n == nil {
			writeError(w, newError(33, "Object with this ID does not exist or cannot be loaded."))
			return
		}
		if e := s.authorize(r, n); e != nil {
			writeError(w, e)
			return
		}
		next(w, r, n)
	}
}

// authorize checks the token and its proof.
func (s *Simulator) authorize(r *http.Request, n *number) *graphError {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if s.strikes(chance.Token) || !bearer || token == "" {
		return newError(190, "Error validating access token.")
	}
	if code, details := s.desk.MaySend(token, n.ID); code != 0 {
		return newError(code, details)
	}
	if !s.proven(r.URL.Query().Get("appsecret_proof"), token) {
		return newError(100, "Invalid appsecret_proof provided in the API argument.")
	}
	return nil
}

func (s *Simulator) proven(proof, token string) bool {
	if s.config.AppSecret == "" || proof == "" {
		return s.config.AppSecret == "" || !s.config.NeedProof
	}
	return signature.Proves(proof, s.config.AppSecret, token)
}

// getObject answers for a number, an account or a file.
func (s *Simulator) getObject(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !s.desk.Serve(w, r, id) {
		s.getMedia(w, r, id)
	}
}

// getHistory answers for one message (Message History API, v23).
func (s *Simulator) getHistory(w http.ResponseWriter, r *http.Request, n *number) {
	id := wa.MessageID(r.URL.Query().Get("message_id"))
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.known[id]
	data := []object{}
	if m != nil && len(m.steps) > 0 && m.from == n {
		events := []object{}
		for _, step := range m.steps {
			state := "PENDING"
			if step.accepted {
				state = "DELIVERED"
			}
			events = append(events, object{
				"delivery_status": strings.ToUpper(string(step.status)), "timestamp": step.at.Unix(),
				"webhook_update_state": state, "webhook_uri": s.webhook,
			})
		}
		data = append(data, object{"id": "1" + string(n.ID), "message_id": string(id), "events": object{"data": events}})
	}
	writeJSON(w, http.StatusOK, object{"data": data})
}

// graphError is a refusal.
type graphError struct {
	status  int
	code    int
	details string
}

// newError picks the HTTP status that usually goes with a code.
func newError(code int, details string) *graphError {
	status := http.StatusBadRequest
	switch code {
	case 0, 190:
		status = http.StatusUnauthorized
	case 3, 10, 131005, 131031:
		status = http.StatusForbidden
	case 132001:
		status = http.StatusNotFound
	case 131000, 131016, 2:
		status = http.StatusInternalServerError
	}
	return &graphError{status, code, details}
}

func writeError(w http.ResponseWriter, e *graphError) {
	writeJSON(w, e.status, object{"error": object{
		"message": e.title(), "type": "OAuthException", "code": e.code, "fbtrace_id": "AsimulatedTrace00000000",
		"error_data": object{"messaging_product": "whatsapp", "details": e.details},
	}})
}

func (e *graphError) title() string { return cloudapi.Explain(e.code).Meaning }

// webhookError is an error as it stands in webhooks.
func webhookError(code int, details string) object {
	title := cloudapi.Explain(code).Meaning
	return object{
		"code": code, "title": title, "message": title, "error_data": object{"details": details},
		"href": "/documentation/business-messaging/whatsapp/support/error-codes",
	}
}

// writeJSON sends the whole answer at once and flushes it: what happens after
// it is sent happens after the client can have it.
func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "encode answer", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Content-Length", itoa(len(text)))
	w.WriteHeader(status)
	w.Write(text)
	http.NewResponseController(w).Flush()
}

// readBody reads a bounded body to its end, so that the server notices a client
// that goes away.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
}
