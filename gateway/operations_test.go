package gateway_test

import (
	"maps"
	"slices"
	"strings"
)

// operation is a request that openapi.json describes, with a body that is good.
type operation struct {
	method, template, path string
	query                  map[string]struct{}
	body                   any // nil: none
}

// operations are those that change or show something, but for those that would
// end the session of the one who strikes.
func (b *battery) operations() (all []operation) {
	b.s.t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters  []struct{ Name, In string }
			RequestBody struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
					}
				}
			}
		}
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	b.root.want(200, &doc, "GET", "/api/v1/openapi.json", nil)
	for _, template := range slices.Sorted(maps.Keys(doc.Paths)) {
		if strings.Contains(template, "/logout") || template == "/api/v1/me/password" || template == "/api/v1/ws" || template == "/api/v1/login" {
			continue
		}
		for method, described := range doc.Paths[template] {
			op := operation{method: strings.ToUpper(method), template: template, query: map[string]struct{}{}}
			op.path = fillPath(template, b.known)
			for _, p := range described.Parameters {
				if p.In == "query" {
					op.query[p.Name] = struct{}{}
				}
			}
			if op.method == "POST" {
				ref := described.RequestBody.Content["application/json"].Schema.Ref
				op.body = b.goodBody(slices.Sorted(maps.Keys(doc.Components.Schemas[ref[strings.LastIndexByte(ref, '/')+1:]].Properties)))
			}
			if sent, ok := op.body.(map[string]any); ok && sent["template"] != nil { // or a text
				withText := op
				sent = maps.Clone(sent)
				delete(sent, "template")
				withText.body = sent
				all = append(all, withText)
				delete(op.body.(map[string]any), "text")
			}
			all = append(all, op)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.method+a.template, b.method+b.template) })
	return all
}

func fillPath(template string, value func(name string) string) string {
	parts := strings.Split(template, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = value(strings.Trim(part, "{}"))
			if i > 0 && part == "{id}" && parts[i-1] == "numbers" && parts[i] == "100:c0" {
				parts[i] = "100"
			}
		}
	}
	return strings.Join(parts, "/")
}

// known is what a path is filled with.
func (b *battery) known(name string) string {
	switch name {
	case "id":
		return "100:c0"
	case "mid":
		return "wamid.0"
	}
	return "nobody"
}
