package graphapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/recipient"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// Files take and serve what is uploaded before it is sent; *files.Files are.
type Files interface {
	Take(w http.ResponseWriter, r *http.Request, who *staff.Person) (uploads.Upload, error)
	Get(w http.ResponseWriter, r *http.Request, who staff.Session) error
	Delete(w http.ResponseWriter, r *http.Request, who staff.Session) error
	// Find is the upload that the path names, as upload.
	Find(r *http.Request, who staff.Session) (uploads.Upload, error)
}

// Marker tells Meta that a message was read, and that an answer is being written.
type Marker interface {
	MarkRead(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID, typing bool) error
}

// Config is what the endpoint answers from; all of it is required but Marker.
type Config struct {
	// Session finds whose key a request bears, as the API does.
	Session    func(*http.Request) (staff.Session, error)
	Orders     *orders.Orders
	Recipients *recipient.Finder
	Inbox      *inbox.Inbox
	Files      Files
	Marker     Marker // nil: read marks are kept here and not told to Meta
	// Failed logs what the outside must not see.
	Failed func(r *http.Request, err error)
}

// Endpoint is the Graph-compatible endpoint. Safe for concurrent use.
type Endpoint struct{ Config }

// New makes the endpoint.
func New(c Config) *Endpoint { return &Endpoint{c} }

// maxBody bounds a request that is no file; components of a template have their own limit.
const maxBody = 256 << 10

var version = regexp.MustCompile(`^v[1-9][0-9]{0,2}\.[0-9]$`)

// handler answers one request of a key; its error is told in Meta's shape.
type handler func(w http.ResponseWriter, r *http.Request, who *staff.Session) error

// Handler serves /graph/.
func (e *Endpoint) Handler() http.Handler {
	mux := http.NewServeMux()
	const object = "/graph/{version}/{object}"
	mux.Handle("POST "+object+"/messages", e.adapt(staff.RightWrite, e.postMessage))
	mux.Handle("POST "+object+"/media", e.adapt(staff.RightWrite, e.postMedia))
	mux.Handle("GET "+object+"/message_templates", e.adapt(staff.RightRead, e.getTemplates))
	mux.Handle("GET "+object+"/file", e.adapt(staff.RightRead, e.getFile))
	mux.Handle("GET "+object, e.adapt(staff.RightRead, e.getObject))
	mux.Handle("DELETE "+object, e.adapt(staff.RightWrite, e.deleteMedia))
	mux.HandleFunc("/graph/", func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, unknownObject("this endpoint serves messages, media, numbers and templates"))
	})
	return mux
}

// adapt lets in who bears a key with the right.
func (e *Endpoint) adapt(need staff.Right, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := e.serve(w, r, need, h)
		if err == nil {
			return
		}
		answer := errorOf(err)
		if answer.Status >= http.StatusInternalServerError {
			e.Failed(r, err)
		}
		writeError(w, answer)
	})
}

func (e *Endpoint) serve(w http.ResponseWriter, r *http.Request, need staff.Right, h handler) error {
	if !version.MatchString(r.PathValue("version")) {
		return unknownObject("the path begins with a version, as /graph/v25.0")
	}
	who, err := e.Session(r)
	switch {
	case err != nil:
		return err
	case who.Person.Key == nil: // a cookie is for pages: a form of another site could send it
		return problem.New(code.NoSession, "give an API key as bearer token")
	case !who.Person.Key.May(need):
		return problem.New(code.Forbidden, "this API key has no right to "+string(need))
	}
	return h(w, r, &who)
}

// decode reads a body of JSON. What is not known is Meta's own or of another version: it
// is left alone, as Meta leaves it. A part may also be JSON within a text: Graph takes
// that, and there are programs that write so.
func decode(w http.ResponseWriter, r *http.Request, into any) error {
	var parts map[string]json.RawMessage
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&parts)
	if err == nil {
		for name, part := range parts {
			var inner string
			nested := json.Unmarshal(part, &inner) == nil && (strings.HasPrefix(inner, "{") || strings.HasPrefix(inner, "["))
			if nested && name != "biz_opaque_callback_data" && json.Valid([]byte(inner)) {
				parts[name] = json.RawMessage(inner)
			}
		}
		whole, _ := json.Marshal(parts) // each part was read as JSON
		err = json.Unmarshal(whole, into)
	}
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return newError(http.StatusBadRequest, codeParameter, "(#100) Invalid parameter", "the body has more than 256 KiB")
	}
	if err != nil {
		return newError(http.StatusBadRequest, codeParameter, "(#100) Invalid parameter", "the body is not JSON of the expected types: "+err.Error())
	}
	return nil
}
