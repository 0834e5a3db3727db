package gateway

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/api"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/view"
)

type apiDocument struct {
	Paths      map[string]map[string]apiOperation `json:"paths"`
	Components struct {
		Schemas map[string]apiSchema `json:"schemas"`
	} `json:"components"`
}

type apiOperation struct {
	Summary    string           `json:"summary"`
	Security   *[]any           `json:"security"`
	Parameters []map[string]any `json:"parameters"`
	Body       struct {
		Content map[string]struct {
			Schema apiSchema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
}

type apiSchema struct {
	Properties map[string]struct {
		Enum []string `json:"enum"`
	} `json:"properties"`
}

func document(t *testing.T) apiDocument {
	t.Helper()
	var doc apiDocument
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestOpenAPIDescribesEveryRoute(t *testing.T) {
	t.Parallel()
	var served, described []string
	s := &Server{}
	for _, rt := range s.routes() {
		served = append(served, rt.method+" "+rt.path)
	}
	doc := document(t)
	for path, operations := range doc.Paths {
		for method, o := range operations {
			described = append(described, strings.ToUpper(method)+" "+path)
			if o.Summary == "" {
				t.Errorf("%s %s has no summary", method, path)
			}
		}
	}
	slices.Sort(served)
	slices.Sort(described)
	if diff := cmp.Diff(served, described); diff != "" {
		t.Errorf("routes (-served +described):\n%s", diff)
	}
	for _, rt := range s.routes() {
		o := doc.Paths[rt.path][strings.ToLower(rt.method)]
		needsToken := slices.ContainsFunc(o.Parameters, func(p map[string]any) bool { return p["$ref"] == "#/components/parameters/CSRF" })
		if want := !safe(rt.method) && rt.access != public; needsToken != want {
			t.Errorf("%s %s: CSRF token described %v, needed %v", rt.method, rt.path, needsToken, want)
		}
		if (o.Security != nil) != (rt.access == public) {
			t.Errorf("%s %s: described as public %v", rt.method, rt.path, o.Security != nil)
		}
	}
}

// Strict decoding makes a field that is described and not known an error.
func TestOpenAPIDescribesEveryField(t *testing.T) {
	t.Parallel()
	doc := document(t)
	for _, name := range orders.Names() {
		described := doc.Paths[conversationPath+"/"+name]["post"].Body.Content["application/json"].Schema
		sameFields(t, name, described, orders.NewBody(name))
	}
	for path, body := range map[string]any{
		"/api/v1/login": loginRequest{}, "/api/v1/me/password": passwordBody{}, "/api/v1/password/reset": resetBody{}, "/api/v1/password/link": resetLinkBody{}, "/api/v1/agents/{agent}/disable": api.DisableBody{}, "/api/v1/numbers": api.RegisterNumberBody{},
		conversationPath + "/messages/{mid}/resolve": orders.ResolveMessageBody{},
	} {
		sameFields(t, path, doc.Paths[path]["post"].Body.Content["application/json"].Schema, body)
	}
	for name, view := range map[string]any{
		"Row": view.Row{}, "Item": view.Item{}, "Message": view.Message{}, "FoundMessage": api.FoundMessageView{}, "Status": view.Status{}, "Media": view.Media{}, "Result": orders.Result{},
		"Problem": problem.Problem{}, "Agent": view.Agent{}, "Me": meView{}, "Number": api.NumberView{}, "Party": view.Party{}, "Owner": view.Owner{},
		"Changed": api.ChangedView{}, "Job": api.JobView{}, "JobItem": api.JobItemView{}, "Template": api.TemplateView{}, "Count": api.CountView{}, "Details": api.DetailsView{},
	} {
		sameFields(t, name, doc.Components.Schemas[name], view)
	}
}

func TestOpenAPIListsEveryCode(t *testing.T) {
	t.Parallel()
	for _, code := range document(t).Components.Schemas["Problem"].Properties["code"].Enum {
		if p := problem.New(code, ""); p.Code != code || p.Title == "" || p.Status < 400 {
			t.Errorf("%s is described and unknown: %+v", code, p)
		}
	}
}

// A reason that is given is described: pages have words for those alone.
func TestOpenAPIListsEveryReason(t *testing.T) {
	t.Parallel()
	listed := document(t).Components.Schemas["Problem"].Properties["reason"].Enum
	given := append(wa.Rules(), conversation.ReasonUnknown, conversation.ReasonNeverRead, conversation.ReasonUnreadable,
		conversation.ReasonPaused, conversation.ReasonNotApproved)
	slices.Sort(given)
	slices.Sort(listed)
	if diff := cmp.Diff(slices.Compact(given), listed); diff != "" {
		t.Errorf("reasons (-given +described):\n%s", diff)
	}
}

func sameFields(t *testing.T, name string, described apiSchema, body any) {
	t.Helper()
	want := jsonFields(reflect.Indirect(reflect.ValueOf(body)).Type())
	got := slices.Sorted(maps.Keys(described.Properties))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-code +document):\n%s", name, diff)
	}
}

func jsonFields(of reflect.Type) []string {
	var fields []string
	for field := range of.Fields() {
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			fields = append(fields, jsonFields(field.Type)...)
		case tag != "":
			fields = append(fields, tag)
		}
	}
	slices.Sort(fields)
	return fields
}
