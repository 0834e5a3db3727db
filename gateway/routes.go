package gateway

import (
	"net/http"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/gateway/admin"
	"github.com/prosa-chat/prosa/gateway/identity"
	"github.com/prosa-chat/prosa/gateway/metaapp"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/rest"
)

// access says who may call a route.
type access int

const (
	public   access = iota
	operator        // whoever runs the installation, by a key of his: the handler looks
	persons         // whoever has logged in: no API key
	signedIn
	writers   // whoever changes anything, and API keys with the right to admin
	managers  // and admins
	overseers // admins and auditors
	admins
	adminPersons // admins who have logged in: no API key
)

const (
	// answerTime bounds what a request may wait for: grains and the database,
	// which may hang rather than refuse. loginTime has the waiting of guesses in it.
	answerTime = 10 * time.Second
	loginTime  = 40 * time.Second
	graphTime  = 45 * time.Second // several calls to Meta
)

// limit is how long the request may take; 0: what it is for takes its time.
func (rt route) limit() time.Duration {
	switch {
	case rt.path == "/api/v1/ws", strings.Contains(rt.path, "/media/"), rt.path == uploadsPath || rt.path == uploadsPath+"/{upload}" && rt.method == http.MethodGet, strings.HasSuffix(rt.path, "/export"), strings.HasSuffix(rt.path, "/numbers") && rt.method == http.MethodPost:
		return 0
	case strings.HasSuffix(rt.path, "/login"):
		return loginTime
	case strings.HasPrefix(rt.path, connectionPath), strings.HasSuffix(rt.path, "/token"):
		return graphTime
	}
	return answerTime
}

// route is one operation of the API; the operations of each package describe it.
type route struct {
	method, path string
	access       access
	handle       rest.Handler
}

const (
	conversationPath = "/api/v1/conversations/{id}"
	connectionPath   = "/api/v1/connection"
	uploadsPath      = "/api/v1/uploads"
)

// routes lists the API. Unsafe methods of routes that are not public need the
// CSRF token.
func (s *Server) routes() []route {
	api := []route{
		{"POST", "/api/v1/login", public, s.login},
		{"POST", "/api/v1/login/code", public, s.door.Code},
		{"POST", "/api/v1/login/enrol", public, s.door.EnrolFirst},
		{"POST", "/api/v1/login/enrol/confirm", public, s.door.ConfirmFirst},
		{"POST", "/api/v1/login/providers", public, s.identity.Ways},
		{"GET", "/api/v1/login/provider/{company}", public, s.identity.Begin},
		{"GET", identity.CallbackPath, public, s.identity.Callback},
		{"POST", "/api/v1/logout", persons, s.logout},
		{"GET", "/api/v1/me", signedIn, s.me},
		{"PATCH", "/api/v1/me", persons, s.changeMe},
		{"POST", "/api/v1/me/password", persons, s.changePassword},
		{"GET", "/api/v1/me/factor", persons, s.door.Get},
		{"POST", "/api/v1/me/factor", persons, s.door.Enrol},
		{"POST", "/api/v1/me/factor/confirm", persons, s.door.Confirm},
		{"POST", "/api/v1/me/factor/recovery", persons, s.door.Recover},
		{"POST", "/api/v1/me/factor/off", persons, s.door.Off},
		{"POST", "/api/v1/me/logout_all", persons, s.logoutAll},
		{"POST", "/api/v1/password/reset", public, s.resetPassword},
		{"POST", "/api/v1/password/link", public, s.resetLink},
		{"POST", "/api/v1/invitation/link", public, s.invitationLink},
		{"POST", "/api/v1/invitation", public, s.join},
		{"GET", "/api/v1/me/sessions", persons, s.mySessions},
		{"DELETE", "/api/v1/me/sessions/{session}", persons, s.endMySession},
		{"GET", "/api/v1/openapi.json", public, serveOpenAPI},
		{"GET", "/api/v1/ws", signedIn, s.hub.Socket},

		{"GET", "/api/v1/conversations", signedIn, s.api.Conversations.ListConversations},
		{"POST", "/api/v1/conversations", signedIn, s.api.Firsts.WriteFirst},
		{"GET", "/api/v1/counts", signedIn, s.api.Conversations.Counts},
		{"GET", "/api/v1/search", signedIn, s.overseen(s.api.Conversations.Search)},
		{"GET", conversationPath, signedIn, s.overseen(s.api.Conversations.GetConversation)},
		{"GET", conversationPath + "/details", signedIn, s.overseen(s.api.Conversations.Details)},
		{"GET", conversationPath + "/messages", signedIn, s.overseen(s.api.Conversations.ListMessages)},
		{"GET", conversationPath + "/scheduled", signedIn, s.overseen(s.api.Conversations.Scheduled)},
		{"GET", conversationPath + "/media/{mid}", signedIn, s.overseen(s.files.GetOfMessage)},
		{"POST", conversationPath + "/media/{mid}/again", signedIn, s.files.FetchAgain},
		{"POST", uploadsPath, signedIn, s.files.Post},
		{"GET", uploadsPath + "/{upload}", signedIn, s.files.Get},
		{"DELETE", uploadsPath + "/{upload}", signedIn, s.files.Delete},

		{"GET", "/api/v1/agents", signedIn, s.api.People.ListAgents},
		{"GET", "/api/v1/teams", signedIn, s.api.People.ListTeams},
		{"GET", "/api/v1/numbers", signedIn, s.api.Numbers.ListNumbers},
		{"GET", "/api/v1/numbers/{id}/templates", signedIn, s.api.Numbers.ListTemplates},

		{"GET", "/api/v1/unconfirmed", signedIn, s.api.Conversations.ListUnconfirmed},
		{"GET", "/api/v1/contacts/suggestions", managers, s.api.Conversations.ListSuggestions},

		{"POST", "/api/v1/agents", adminPersons, s.admin.Accounts.CreateAgent},
		{"PATCH", "/api/v1/agents/{agent}", admins, s.admin.Accounts.ChangeAgent},
		{"GET", "/api/v1/agents/{agent}/handover", admins, s.admin.Accounts.HandOver},
		{"POST", "/api/v1/agents/{agent}/disable", admins, s.admin.Accounts.DisableAgent},
		{"POST", "/api/v1/agents/{agent}/enable", admins, s.admin.Accounts.EnableAgent},
		{"POST", "/api/v1/agents/{agent}/logout", admins, s.logoutAgent},
		{"POST", "/api/v1/agents/{agent}/reset", adminPersons, s.openReset},
		{"DELETE", "/api/v1/agents/{agent}/factor", adminPersons, s.door.Remove},
		{"DELETE", "/api/v1/agents/{agent}/identity", adminPersons, s.identity.Unlink},
		{"GET", "/api/v1/agents/{agent}/sessions", admins, s.agentSessions},
		{"DELETE", "/api/v1/agents/{agent}/sessions/{session}", admins, s.endAgentSession},
		{"GET", "/api/v1/invitations", admins, s.admin.Invitations.List},
		{"POST", "/api/v1/invitations", admins, s.admin.Invitations.Invite},
		{"POST", "/api/v1/invitations/{id}/renew", adminPersons, s.admin.Invitations.Renew},
		{"DELETE", "/api/v1/invitations/{id}", admins, s.admin.Invitations.Withdraw},
		{"GET", "/api/v1/jobs", admins, s.admin.Jobs.ListJobs},
		{"GET", "/api/v1/jobs/{id}", admins, s.admin.Jobs.GetJob},
		{"GET", "/api/v1/settings/provider", admins, s.identity.Get},
		{"PUT", "/api/v1/settings/provider", adminPersons, s.identity.Put},
		{"DELETE", "/api/v1/settings/provider", adminPersons, s.identity.Remove},
		{"POST", "/api/v1/settings/provider/test", adminPersons, s.identity.Test},
		{"POST", "/api/v1/settings/provider/prove", adminPersons, s.identity.Prove},
		{"POST", "/api/v1/teams", admins, s.admin.Accounts.PutTeam},
		{"POST", "/api/v1/teams/{team}/members", admins, s.admin.Teams.SetMembers},
		{"POST", "/api/v1/teams/{team}/numbers", admins, s.admin.Teams.SetNumbers},
		{"POST", "/api/v1/teams/{team}/merge", admins, s.admin.Teams.Merge},
		{"POST", "/api/v1/teams/{team}/remove", admins, s.admin.Teams.Remove},
		{"POST", "/api/v1/numbers", admins, s.api.Numbers.RegisterNumber},
		{"PATCH", "/api/v1/numbers/{id}", admins, s.fleet.Change},
		{"GET", "/api/v1/numbers/{id}/history", overseers, s.fleet.History},
		{"GET", "/api/v1/fleet", overseers, s.fleet.List},
		{"GET", "/api/v1/fleet/touched", admins, s.fleet.Touched},
		{"GET", "/api/v1/fleet/export", overseers, s.fleet.Export},
		{"POST", "/api/v1/fleet/change", admins, s.fleet.ChangeAll},
		{"POST", "/api/v1/fleet/pause", admins, s.fleet.Pause},
		{"POST", "/api/v1/fleet/resume", admins, s.fleet.Resume},
		{"PUT", "/api/v1/numbers/{id}/token", admins, s.connection.ReplaceToken},
		{"GET", connectionPath, admins, s.connection.Get},
		{"DELETE", connectionPath, admins, s.connection.Drop},
		{"POST", connectionPath + "/account", admins, s.connection.Account},
		{"POST", connectionPath + "/number", admins, s.connection.Number},
		{"POST", connectionPath + "/code", admins, s.connection.SendCode},
		{"POST", connectionPath + "/verify", admins, s.connection.Verify},
		{"POST", connectionPath + "/activate", admins, s.connection.Activate},
		{"POST", connectionPath + "/finish", admins, s.connection.Finish},
		{"GET", "/api/v1/intake/problems", admins, s.admin.Events.ListProblems},
		{"POST", "/api/v1/intake/problems/{id}/replay", admins, s.admin.Events.ReplayProblem},
		{"GET", "/api/v1/keys", admins, s.admin.Keys.List},
		{"POST", "/api/v1/keys", adminPersons, s.admin.Keys.Make},
		{"DELETE", "/api/v1/keys/{id}", adminPersons, s.admin.Keys.Revoke},
		{"GET", "/api/v1/audit", overseers, s.admin.Audit.List},
		{"GET", "/api/v1/audit/export", overseers, s.admin.Audit.Export},
		{"GET", "/api/v1/notices", admins, s.cfg.Notices.List},
		{"PUT", "/api/v1/notices/webhook", admins, s.cfg.Notices.SetWebhook},
		{"POST", "/api/v1/notices/test", adminPersons, s.cfg.Notices.Test},
		{"GET", "/api/v1/unmatched", admins, s.admin.Events.ListUnmatched},
		{"GET", "/api/v1/quick_replies", signedIn, s.quick.List},
		{"POST", "/api/v1/quick_replies", writers, s.quick.Make},
		{"PATCH", "/api/v1/quick_replies/{reply}", writers, s.quick.Change},
		{"DELETE", "/api/v1/quick_replies/{reply}", writers, s.quick.Remove},
		{"POST", "/api/v1/quick_replies/{reply}/used", signedIn, s.quick.Use},
		{"GET", "/api/v1/tenant", admins, s.tenants.Own},
		{"PATCH", "/api/v1/tenant", admins, s.tenants.ChangeOwn},
	}
	api = append(api, settingRoutes("media", admins, s.admin.Media)...)
	api = append(api, settingRoutes("notices", admins, s.admin.Notices)...)
	api = append(api, settingRoutes("signin", adminPersons, s.admin.SignIn)...)
	for _, o := range s.apps.Routes() {
		api = append(api, route{o.Method, o.Path, admins, o.Handle})
	}
	for _, o := range s.apps.Operator(s.tenants.Guarded) {
		api = append(api, route{o.Method, o.Path, operator, o.Handle})
	}
	for _, o := range s.tenants.Operator() {
		api = append(api, route{o.Method, o.Path, operator, o.Handle})
	}
	for _, o := range orders.All() {
		api = append(api, route{o.Operation.Method, o.Operation.Path, signedIn, s.api.Commands.Serve(o)})
	}
	return append(api, s.demoRoutes()...)
}

// settingRoutes are those of one kind of settings; publish says who changes it.
func settingRoutes[B setting.Body](kind string, publish access, of *admin.Setting[B]) []route {
	path := "/api/v1/settings/" + kind
	return []route{{"GET", path, admins, of.Get}, {"PUT", path, publish, of.Put}, {"GET", path + "/history", admins, of.History}}
}

// Handler serves everything: the API, and beside it what Config hands in.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range s.routes() {
		mux.Handle(rt.method+" "+rt.path, s.instrument(rt.path, s.adapt(rt)))
	}
	mux.Handle("/api/", s.adapt(route{access: public, handle: noSuchRoute}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", s.ready)
	for path, h := range map[string]http.Handler{
		metaapp.CallbackPath: s.cfg.Webhook, metaapp.CallbackPath + "/{app}": s.cfg.Webhook, "/graph/": s.graph(), "/metrics": s.cfg.Metrics, "/": s.cfg.Web,
	} {
		if h != nil {
			mux.Handle(path, h)
		}
	}
	return s.recovered(s.identified(secured(mux, s.cfg.SecureCookies)))
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.cfg.Ready(); err != nil {
		// In words of ours that name no data: whoever may ask this is not known.
		writeText(w, http.StatusServiceUnavailable, "not ready: "+err.Error()+"\n")
		return
	}
	if s.cfg.Unmanned != nil && s.cfg.Unmanned(r.Context()) { // the link needs a page that is served
		writeText(w, http.StatusOK, "ready, and nobody administers yet: open the link that was printed at the start\n")
		return
	}
	writeText(w, http.StatusOK, "ready\n")
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // the client may be gone
}
