package wa

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const orderReady = `[
	{"type":"HEADER","format":"TEXT","text":"Pedido {{1}}","example":{"header_text":["48"]}},
	{"type":"BODY","text":"Oi, {{2}}! Seu pedido {{1}} saiu, {{ 2 }}. {{}} {{a b}} {{"},
	{"type":"FOOTER","text":"Lume"},
	{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Ok"},{"type":"URL","text":"Ver","url":"https://x.example/{{1}}"},
		{"type":"PHONE_NUMBER","text":"Ligar","phone_number":"+55"},{"type":"COPY_CODE","text":"Copiar"}]}]`

func parsed(t *testing.T, components string) *TemplateDefinition {
	t.Helper()
	d, err := ParseTemplate("order_ready", "pt_BR", "UTILITY", json.RawMessage(components))
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

func keysOf(d *TemplateDefinition) string {
	var keys []string
	for _, v := range d.Variables() {
		keys = append(keys, v.Key+":"+v.Kind)
	}
	return strings.Join(keys, " ")
}

func TestTemplateVariables(t *testing.T) {
	t.Parallel()
	for components, want := range map[string]string{
		orderReady: "header.1:text body.1:text body.2:text button.1:url button.3:code",
		`[{"type":"BODY","text":"{{10}} {{9}} {{10}}"}]`:                                                "body.9:text body.10:text",
		`[{"type":"BODY","text":"{{order_id}} {{name}}"}]`:                                              "body.order_id:text body.name:text",
		`[{"type":"header","format":"image"},{"type":"body","text":"Oi"}]`:                              "header.link:link",
		`[{"type":"BODY","text":"Oi"},{"type":"BUTTONS","buttons":[{"type":"URL","url":"https://x"}]}]`: "",
		`[]`: "",
	} {
		if got := keysOf(parsed(t, components)); got != want {
			t.Errorf("%s: %s, want %s", components, got, want)
		}
	}
}

func TestTemplateFill(t *testing.T) {
	t.Parallel()
	got, err := parsed(t, orderReady).Fill(map[string]string{
		"header.1": "48", "body.1": "{{2}}", "body.2": "Ana", "button.1": "48", "button.3": "SALE",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &Template{
		Name: "order_ready", Language: "pt_BR", Category: "UTILITY", Header: &TemplateHeader{Format: "TEXT", Text: "Pedido 48"},
		Rendered: "Oi, Ana! Seu pedido {{2}} saiu, Ana. {{}} {{a b}} {{", Footer: "Lume", // a value is not filled in turn
		Buttons: []TemplateButton{
			{Type: "QUICK_REPLY", Text: "Ok"},
			{Type: "URL", Text: "Ver", URL: "https://x.example/48"},
			{Type: "PHONE_NUMBER", Text: "Ligar", Phone: "+55"},
			{Type: "COPY_CODE", Text: "Copiar"},
		},
		Components: json.RawMessage(`[{"type":"header","parameters":[{"type":"text","text":"48"}]},` +
			`{"type":"body","parameters":[{"type":"text","text":"{{2}}"},{"type":"text","text":"Ana"}]},` +
			`{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"48"}]},` +
			`{"type":"button","sub_type":"copy_code","index":"3","parameters":[{"type":"coupon_code","coupon_code":"SALE"}]}]`),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("filled (-want +got):\n%s", diff)
	}
	named, err := parsed(t, `[{"type":"HEADER","format":"DOCUMENT"},{"type":"BODY","text":"{{name}}"}]`).
		Fill(map[string]string{"header.link": "https://x.example/a.pdf", "body.name": "Ana"})
	if err != nil {
		t.Fatal(err)
	}
	const components = `[{"type":"header","parameters":[{"type":"document","document":{"link":"https://x.example/a.pdf"}}]},` +
		`{"type":"body","parameters":[{"type":"text","parameter_name":"name","text":"Ana"}]}]`
	if string(named.Components) != components || named.Header.Link != "https://x.example/a.pdf" {
		t.Errorf("named: %s, header %+v", named.Components, named.Header)
	}
	if plain, err := parsed(t, `[{"type":"BODY","text":"Oi"}]`).Fill(nil); err != nil || plain.Components != nil {
		t.Errorf("without variables: %s, %v", plain.Components, err)
	}
}

func TestTemplateRefusals(t *testing.T) {
	t.Parallel()
	const two = `[{"type":"BODY","text":"{{1}} {{2}}"}]`
	for name, test := range map[string]struct {
		components string
		values     map[string]string
		key        string
	}{
		"missing":          {two, map[string]string{"body.1": "a"}, "body.2"},
		"blank":            {two, map[string]string{"body.1": " ", "body.2": "b"}, "body.1"},
		"one too many":     {two, map[string]string{"body.1": "a", "body.2": "b", "body.3": "c"}, "body.3"},
		"a line break":     {two, map[string]string{"body.1": "a\nb", "body.2": "b"}, "body.1"},
		"a tab":            {two, map[string]string{"body.1": "a", "body.2": "\tb"}, "body.2"},
		"five spaces":      {two, map[string]string{"body.1": "a     b", "body.2": "b"}, "body.1"},
		"too long":         {two, map[string]string{"body.1": strings.Repeat("ã", 1023), "body.2": "b"}, ""},
		"no https":         {`[{"type":"HEADER","format":"IMAGE"}]`, map[string]string{"header.link": "http://x.example"}, "header.link"},
		"no address":       {`[{"type":"HEADER","format":"IMAGE"}]`, map[string]string{"header.link": "foto"}, "header.link"},
		"space in an end":  {`[{"type":"BUTTONS","buttons":[{"type":"URL","url":"https://x/{{1}}"}]}]`, map[string]string{"button.0": "a b"}, "button.0"},
		"header too long":  {`[{"type":"HEADER","format":"TEXT","text":"{{1}}"}]`, map[string]string{"header.1": strings.Repeat("a", 61)}, ""},
		"a carousel":       {`[{"type":"CAROUSEL","cards":[]}]`, nil, ""},
		"a flow":           {`[{"type":"BUTTONS","buttons":[{"type":"FLOW","text":"Ir"}]}]`, nil, ""},
		"a header's place": {`[{"type":"HEADER","format":"LOCATION"}]`, nil, ""},
	} {
		_, err := parsed(t, test.components).Fill(test.values)
		wrong, ok := errors.AsType[*TemplateValueError](err)
		if !ok || wrong.Key != test.key {
			t.Errorf("%s: %v, want one about %q", name, err, test.key)
		}
	}
	if _, err := ParseTemplate("a", "it", "", json.RawMessage(`{"type":"BODY"}`)); err == nil {
		t.Error("components that are no list were taken")
	}
}

// Components of the sender's own are read, checked and passed on as they are.
func TestTemplateFillComponents(t *testing.T) {
	t.Parallel()
	body := `[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"{{guests}} em {{day}} por {{price}}"}]`
	const given = `[{"type":"header","parameters":[{"type":"image","image":{"id":"100"}}]},
		{"type":"body","parameters":[{"type":"text","parameter_name":"guests","text":"4"},
		{"type":"date_time","parameter_name":"day","date_time":{"fallback_value":"sábado"}},
		{"type":"currency","parameter_name":"price","currency":{"fallback_value":"R$ 10","code":"BRL","amount_1000":10000}}]}]`
	got, err := parsed(t, body).FillComponents(json.RawMessage(given))
	if err != nil || got.Rendered != "4 em sábado por R$ 10" || string(got.Components) != given || got.Header.Link != "" {
		t.Errorf("%+v, %v", got, err)
	}
	buttons := parsed(t, orderReady)
	const all = `[{"type":"header","parameters":[{"type":"text","text":"48"}]},
		{"type":"body","parameters":[{"type":"text","text":"48"},{"type":"text","text":"Ana"}]},
		{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"P"}]},
		{"type":"button","sub_type":"url","index":1,"parameters":[{"type":"text","text":"48"}]},
		{"type":"button","sub_type":"copy_code","index":"3","parameters":[{"type":"coupon_code","coupon_code":"S"}]}]`
	if _, err := buttons.FillComponents(json.RawMessage(all)); err != nil {
		t.Errorf("all components: %v", err)
	}
	for name, wrong := range map[string]string{
		"none": ``, "no list": `{}`, "too few": `[{"type":"body","parameters":[{"type":"text","text":"48"}]}]`,
	} {
		if _, err := buttons.FillComponents(json.RawMessage(wrong)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	flow := parsed(t, `[{"type":"BODY","text":"Oi"},{"type":"BUTTONS","buttons":[{"type":"FLOW","text":"Ir"}]}]`)
	if got, err := flow.FillComponents(json.RawMessage(`[{"type":"button","sub_type":"flow","index":"0","parameters":[{"type":"action"}]}]`)); err != nil || got.Rendered != "Oi" {
		t.Errorf("a flow: %+v, %v", got, err)
	}
}
