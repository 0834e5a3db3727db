package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
)

const (
	schemas      = "#/components/schemas/"
	jsonMedia    = "application/json"
	sessionName  = "session"
	keyName      = "key"
	operatorName = "operator"
)

// document is the API as OpenAPI 3.1 has it.
type document struct {
	api        *huma.OpenAPI
	operations []gateway.Described
	schemas    map[string]*huma.Schema
}

// names are those of types whose own say too little, or are another's too.
func names() map[string]string {
	return map[string]string{ //nolint:gosec // names of types
		"admin.problemView": "IntakeProblem", "admin.problemList": "IntakeProblems", "admin.unmatchedView": "UnmatchedStatus", "admin.unmatchedList": "UnmatchedStatuses",
		"api.pageView": "Conversations", "api.threadView": "Thread", "api.viewCounts": "Counts", "admin.jobListView": "Jobs", "api.templateListView": "Templates",
		"api.numberList": "Numbers", "api.agentList": "Agents", "api.teamList": "Teams", "api.suggestionList": "Suggestions", "api.unconfirmedList": "UnconfirmedSends", "api.unconfirmedSend": "UnconfirmedSend",
		"notify.noticeView": "Notice", "notify.noticeList": "Notices", "notify.failureView": "UndeliveredNotice", "notify.webhookBody": "SetNoticeWebhook",
		"notify.webhookView": "NoticeWebhook", "notify.testBody": "TestNotice", "notify.ObjectView": "NoticeObject", "setting.Notices": "NoticeSettings",
		"admin.noticesSettingView": "PublishedNotices", "admin.noticesSettingBody": "PublishNotices", "admin.noticesSettingList": "NoticesHistory",
		"setting.Media": "MediaSettings", "admin.mediaSettingView": "PublishedMedia", "admin.mediaSettingBody": "PublishMedia", "admin.mediaSettingList": "MediaHistory",
		"connection.View": "Connection", "connection.Check": "ConnectionCheck", "connection.App": "ConnectionApp", "connection.Account": "ConnectionAccount",
		"connection.Choice": "ConnectionNumber", "connection.Code": "ConnectionCode", "connection.AccountBody": "ConnectAccount",
		"connection.NumberBody": "ConnectNumber", "connection.CodeBody": "ConnectCode", "connection.VerifyBody": "ConnectVerify",
		"connection.TokenBody": "ReplaceToken", "connection.Replaced": "ReplacedToken",
		"connection.ActivateBody": "ConnectActivate", "connection.FinishBody": "ConnectFinish",
		"metaapp.AppView": "MetaApp", "metaapp.AppList": "MetaApps", "metaapp.appBody": "MakeMetaApp", "metaapp.nameBody": "RenameMetaApp", "metaapp.secretBody": "MetaAppSecret",
		"api.NumberView": "PhoneNumber", "fleet.NumberView": "FleetNumber", "fleet.listView": "Fleet", "fleet.PauseBody": "Pause", "fleet.ResumeBody": "Resume", "fleet.OrderedView": "Ordered",
		"fleet.TouchedView": "Touched", "fleet.ChangeBody": "ChangeNumber", "fleet.ChangeAllBody": "ChangeNumbers", "fleet.ChangedView": "ChangedNumbers", "fleet.TallyView": "MessageCounts", "fleet.HistoryView": "NumberHistory", "fleet.HourView": "NumberHour", "fleet.RatingView": "NumberRating",
		"quickreply.View": "QuickReply", "quickreply.ListView": "QuickReplies", "quickreply.makeBody": "MakeQuickReply", "quickreply.changeBody": "ChangeQuickReply",
		"files.View": "Upload", "files.BarredView": "BarredUpload",
		"setting.SignIn": "SignInSettings", "admin.signInSettingView": "PublishedSignIn", "admin.signInSettingBody": "PublishSignIn", "admin.signInSettingList": "SignInHistory",
		"signin.StepView": "SignInStep", "signin.stepBody": "SignInCode", "signin.tokenBody": "SignInEnrol", "signin.proofBody": "FactorProof", "signin.codeBody": "FactorCode",
		"identity.SettingsView": "Provider", "identity.settingsBody": "ProviderSettings", "identity.putBody": "SetProvider", "identity.testBody": "TestProvider", "identity.domainBody": "ProveDomain", "identity.DomainView": "ProviderDomain",
		"identity.TestView": "ProviderTest", "identity.waysBody": "AskProviders", "identity.WayView": "ProviderWay", "identity.WayList": "ProviderWays",
		"gateway.meView": "Me", "gateway.linkView": "ResetOf", "gateway.resetView": "ResetLink",
		"tenants.ownView": "OwnTenant", "tenants.useView": "TenantUse", "tenants.limitsView": "TenantLimits", "tenants.ownBody": "OwnTenantBody",
		"wa.Media": "PromptFile", "wa.Location": "LocationPart", "orders.mediaBody": "SendFile", "orders.reactionBody": "SendReaction", "wa.Card": "ContactCard", "wa.CardEntry": "ContactEntry",
		"tenants.closeBody": "DeleteTenantBody", "tenants.suspendBody": "SuspendTenantBody",
	}
}

func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n, ok := names()[t.String()]; ok {
		return n
	}
	if t.Name() == "" {
		return hint
	}
	name := strings.TrimSuffix(t.Name(), "View")
	return strings.ToUpper(name[:1]) + name[1:]
}

func describe(operations []gateway.Described) (*document, error) {
	huma.DefaultArrayNullable = false
	registry := huma.NewMapRegistry(schemas, schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[json.RawMessage](), reflect.TypeFor[map[string]any]())
	d := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Prosa", Version: "1",
			Description: "Times are RFC 3339 in UTC. Every send and note carries an echo_id: repeat a request whose outcome is unknown (504) with the same one, and it is done once.",
		},
		Security: []map[string][]string{{sessionName: {}}, {keyName: {}}},
		Paths:    map[string]*huma.PathItem{},
		Components: &huma.Components{
			Schemas: registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				sessionName:  {Type: "apiKey", In: "cookie", Name: "prosa_session"},
				keyName:      {Type: "http", Scheme: "bearer", Description: "An API key, made in the settings; needs no CSRF token"},
				operatorName: {Type: "http", Scheme: "bearer", Description: "An operator key, made by prosa operator key; opens nothing of a tenant's data"},
			},
			Parameters: map[string]*huma.Param{"CSRF": {
				Name: "X-CSRF-Token", In: "header", Required: true, Description: "csrf_token of login or me", Schema: &huma.Schema{Type: huma.TypeString},
			}},
			Responses: map[string]*huma.Response{"Problem": {
				Description: "Not carried out: an RFC 9457 problem document",
				Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: registry.Schema(reflect.TypeOf(gateway.ProblemType()), true, "Problem")}},
			}},
		},
	}
	for _, o := range operations {
		if o.Summary == "" {
			return nil, fmt.Errorf("%s %s: served and not described, or the other way round", o.Method, o.Path)
		}
		item := d.Paths[o.Path]
		if item == nil {
			item = &huma.PathItem{}
			d.Paths[o.Path] = item
		}
		if err := put(item, o.Method, operation(registry, &o)); err != nil {
			return nil, err
		}
	}
	for _, f := range gateway.Frames() {
		registry.Schema(reflect.TypeOf(f), true, "")
	}
	registry.Map()["Item"].Properties["type"].Enum = itemTypes()
	return finish(d, registry, operations), nil
}

// itemTypes cannot be said in a tag: they follow from the events.
func itemTypes() []any {
	var types []any
	for _, t := range view.ItemTypes() {
		types = append(types, t)
	}
	return types
}

func put(item *huma.PathItem, method string, o *huma.Operation) error {
	switch method {
	case "GET":
		item.Get = o
	case "POST":
		item.Post = o
	case "PATCH":
		item.Patch = o
	case "PUT":
		item.Put = o
	case "DELETE":
		item.Delete = o
	default:
		return fmt.Errorf("no place for %s", method)
	}
	return nil
}

func operation(registry huma.Registry, o *gateway.Described) *huma.Operation {
	op := &huma.Operation{
		Summary: o.Summary, Description: o.Detail,
		Responses: map[string]*huma.Response{"default": {Ref: "#/components/responses/Problem"}},
	}
	switch {
	case o.Public:
		op.Security = []map[string][]string{}
	case o.Operator:
		op.Security = []map[string][]string{{operatorName: {}}}
	}
	for _, p := range o.Params {
		op.Parameters = append(op.Parameters, parameter(registry, &p))
	}
	if o.CSRF {
		op.Parameters = append(op.Parameters, &huma.Param{Ref: "#/components/parameters/CSRF"})
	}
	if o.Body != nil {
		op.RequestBody = &huma.RequestBody{
			Required: o.NeedsBody, Content: map[string]*huma.MediaType{jsonMedia: {Schema: registry.Schema(reflect.TypeOf(o.Body), true, "")}},
		}
	}
	for _, a := range o.Answers {
		op.Responses[strconv.Itoa(a.Status)] = answer(registry, &a)
	}
	return op
}

func parameter(registry huma.Registry, p *rest.Param) *huma.Param {
	s := &huma.Schema{Type: huma.TypeString}
	if p.Type != nil {
		s = registry.Schema(reflect.TypeOf(p.Type), false, "")
	}
	of := s
	if s.Items != nil {
		s.Nullable, of = false, s.Items
	}
	for _, v := range p.Enum {
		of.Enum = append(of.Enum, v)
	}
	if p.MaxItems > 0 {
		s.MaxItems = &p.MaxItems
	}
	if p.MaxLength > 0 {
		s.MaxLength = &p.MaxLength
	}
	return &huma.Param{Name: p.Name, In: p.In, Required: p.In == "path", Description: p.Doc, Schema: s}
}

func answer(registry huma.Registry, a *rest.Answer) *huma.Response {
	r := &huma.Response{Description: a.Doc}
	media := a.Media
	if media == "" {
		media = jsonMedia
	}
	switch {
	case a.Of != nil:
		r.Content = map[string]*huma.MediaType{media: {Schema: registry.Schema(reflect.TypeOf(a.Of), true, "")}}
	case a.Media != "":
		r.Content = map[string]*huma.MediaType{media: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	}
	return r
}
