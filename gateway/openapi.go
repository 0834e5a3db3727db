package gateway

import (
	_ "embed"
	"net/http"

	"github.com/prosa-chat/prosa/gateway/admin"
	"github.com/prosa-chat/prosa/gateway/api"
	"github.com/prosa-chat/prosa/gateway/connection"
	"github.com/prosa-chat/prosa/gateway/files"
	"github.com/prosa-chat/prosa/gateway/fleet"
	"github.com/prosa-chat/prosa/gateway/identity"
	"github.com/prosa-chat/prosa/gateway/live"
	"github.com/prosa-chat/prosa/gateway/metaapp"
	"github.com/prosa-chat/prosa/gateway/notify"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/quickreply"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/signin"
	tenant "github.com/prosa-chat/prosa/gateway/tenants"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// openAPI describes the API. It is made of the operations and their types by
// deploy/tools/openapi.
//
//go:embed openapi.json
var openAPI []byte

func serveOpenAPI(w http.ResponseWriter, _ *http.Request, _ staff.Session) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(openAPI) // the client may be gone
	return nil
}

// Described is an operation of the API and who may call it: anybody, or who has a
// session, and for unsafe ones its CSRF token, or whoever runs the installation.
type Described struct {
	rest.Operation
	Public, CSRF bool
	Operator     bool // by an operator key alone
}

// Described lists the API in the order of its routes. A route without a
// description has no Summary.
func (s *Server) Described() []Described {
	known := make(map[string]rest.Operation)
	for _, list := range [][]rest.Operation{sessionOperations(), api.Operations(), files.Operations(), admin.Operations(), connection.Operations(api.NumberView{}), fleet.Operations(), metaapp.Operations(), notify.Operations(), quickreply.Operations(), signin.Operations(meView{}), tenant.Operations(), identity.Operations()} {
		for _, o := range list {
			known[o.Method+" "+o.Path] = o
		}
	}
	for _, o := range orders.All() {
		known[o.Operation.Method+" "+o.Operation.Path] = o.Operation
	}
	var described []Described
	for _, rt := range s.routes() {
		o := known[rt.method+" "+rt.path]
		delete(known, rt.method+" "+rt.path)
		o.Method, o.Path = rt.method, rt.path
		described = append(described, Described{o, rt.access == public, rt.access != public && rt.access != operator && !safe(rt.method), rt.access == operator})
	}
	for _, o := range known { // nothing serves it
		described = append(described, Described{Operation: rest.Operation{Method: o.Method, Path: o.Path}})
	}
	return described
}

// Frames are values of the types that the socket speaks: what a client sends and
// what it gets.
func Frames() []any { return live.Frames() }

// ProblemType is a value of what every operation may answer.
func ProblemType() any { return problem.Problem{} }
