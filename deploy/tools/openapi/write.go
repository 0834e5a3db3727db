package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/prosa-chat/prosa/gateway"
)

// encode writes the document with its keys sorted, so that a change is seen where
// it is.
func (d *document) encode() ([]byte, error) {
	plain, err := json.Marshal(d.api)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(plain, &tree); err != nil {
		return nil, err
	}
	paths, _ := tree["paths"].(map[string]any)
	for _, o := range d.operations {
		if item, ok := paths[o.Path].(map[string]any); ok && o.Public {
			if operation, ok := item[strings.ToLower(o.Method)].(map[string]any); ok {
				operation["security"] = []any{} // huma leaves an empty list out, which would mean the default
			}
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(tree); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

const typesHeader = `// Code generated from the API's own types by deploy/tools/openapi. DO NOT EDIT.
// The shapes that the API and the socket speak.

`

// types are the schemas as the page's checker knows them.
func (d *document) types() []byte {
	var b strings.Builder
	b.WriteString(typesHeader)
	for _, name := range slices.Sorted(maps.Keys(d.schemas)) {
		s := d.schemas[name]
		b.WriteString("/**\n")
		if s.Description != "" {
			fmt.Fprintf(&b, " * %s\n", s.Description)
		}
		fmt.Fprintf(&b, " * @typedef {object} %s\n", name)
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			p := s.Properties[field]
			shown := field
			if !slices.Contains(s.Required, field) {
				shown = "[" + field + "]"
			}
			fmt.Fprintf(&b, " * @property {%s} %s\n", jsType(p), strings.TrimSpace(shown+" "+p.Description))
		}
		b.WriteString(" */\n\n")
	}
	b.WriteString("export {};\n")
	return []byte(b.String())
}

func jsType(s *huma.Schema) string {
	switch {
	case s.Ref != "":
		return strings.TrimPrefix(s.Ref, schemas)
	case len(s.Enum) > 0:
		all := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			all[i] = fmt.Sprintf("'%v'", v)
		}
		return strings.Join(all, "|")
	case s.Type == huma.TypeArray && s.Items != nil:
		return "(" + jsType(s.Items) + ")[]"
	case s.Type == huma.TypeInteger, s.Type == huma.TypeNumber:
		return "number"
	case s.Type == huma.TypeObject:
		if of, ok := s.AdditionalProperties.(*huma.Schema); ok && (of.Type != "" || of.Ref != "") {
			return "Record<string, " + jsType(of) + ">"
		}
		return "any"
	case s.Type == "":
		return "any"
	}
	return s.Type
}

func finish(api *huma.OpenAPI, registry huma.Registry, operations []gateway.Described) *document {
	return &document{api: api, operations: operations, schemas: registry.Map()}
}
