package metaapp

import (
	"strings"

	"github.com/prosa-chat/prosa/gateway/rest"
)

const (
	appsPath     = "/api/v1/apps"
	operatorPath = "/api/v1/operator/apps"
)

// Route is one of Meta apps.
type Route struct {
	Method, Path string
	Handle       rest.Handler
}

// Routes lists the routes of the apps of one's own company.
func (h *Handlers) Routes() []Route {
	const one = appsPath + "/{app}"
	return []Route{
		{"GET", appsPath, h.List},
		{"POST", appsPath, h.Make},
		{"PATCH", one, h.Rename},
		{"DELETE", one, h.Remove},
		{"POST", one + "/secret", h.RotateSecret},
		{"DELETE", one + "/secret/previous", h.DropSecret},
		{"POST", one + "/verify_token", h.RotateToken},
		{"DELETE", one + "/verify_token/previous", h.DropToken},
	}
}

// Operator lists the same for the apps of the whole installation, by which every company
// may connect numbers: the session of whoever comes with an operator's key is of no
// tenant, and so are they. Guard looks at the key.
func (h *Handlers) Operator(guard func(rest.Handler) rest.Handler) []Route {
	routes := h.Routes()
	for i := range routes {
		routes[i].Path = operatorPath + strings.TrimPrefix(routes[i].Path, appsPath)
		routes[i].Handle = guard(routes[i].Handle)
	}
	return routes
}

// operatorOperations describe those.
func operatorOperations(own []rest.Operation) []rest.Operation {
	words := strings.NewReplacer("(admin)", "(operator)", "Meta apps of the company", "Meta apps of the whole installation",
		"a Meta app", "a Meta app of the whole installation")
	all := make([]rest.Operation, len(own))
	for i, o := range own {
		o.Path, o.Summary = operatorPath+strings.TrimPrefix(o.Path, appsPath), words.Replace(o.Summary)
		o.Detail = strings.ReplaceAll(o.Detail, "are applied to numbers of the company only", "are applied to numbers of every company")
		all[i] = o
	}
	return all
}
