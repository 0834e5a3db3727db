package gateway

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/content"
	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/problem"
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
		if want := !safe(rt.method) && rt.access != public && rt.access != operator; needsToken != want {
			t.Errorf("%s %s: CSRF token described %v, needed %v", rt.method, rt.path, needsToken, want)
		}
		if (o.Security != nil) != (rt.access == public || rt.access == operator) {
			t.Errorf("%s %s: described as public %v", rt.method, rt.path, o.Security != nil)
		}
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
	given := []string{
		content.ReasonUnknown, content.ReasonNeverRead, content.ReasonUnreadable,
		content.ReasonPaused, content.ReasonNotApproved,
		content.ReasonNoFile, content.ReasonNoVoice, content.ReasonNoMessage, content.ReasonNoReaction, content.ReasonTooOld,
		// of a token that is no good for its number
		string(onboarding.TokenInvalid), string(onboarding.TokenExpired), string(onboarding.NotPermitted), string(onboarding.Unseen),
		string(onboarding.Refused), "not_of_account",
		"expired", // of an invitation
	}
	for file, rule := range map[string]string{
		"../actors/wa/rule.go":          `{Err\w+, "(\w+)"}`,
		"../actors/wa/limit.go":         `Rule\w+ += "(\w+)"`,
		"../actors/wa/template_fill.go": `Rule\w+ +TemplateRule = "(\w+)"`,
		"../actors/wa/file.go":          `Rule\w+ += "(\w+)"`,
	} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile(rule).FindAllSubmatch(source, -1)
		if len(names) < 4 {
			t.Errorf("%s names %d rules: find where they are", file, len(names))
		}
		for _, name := range names {
			given = append(given, string(name[1]))
		}
	}
	slices.Sort(given)
	slices.Sort(listed)
	if diff := cmp.Diff(slices.Compact(given), listed); diff != "" {
		t.Errorf("reasons (-given +described):\n%s", diff)
	}
}
