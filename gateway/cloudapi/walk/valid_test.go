package walk

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func FuzzValid(f *testing.F) {
	for _, text := range []string{
		``, ` `, `{}`, ` [ ] `, `{"a":1,"b":[true,false,null]}`, `{"a":}`, `{"a" 1}`, `{"a":1,}`, `[1,]`, `[,1]`, `{1:2}`, `{"a":1`, `[1`, `[1}`,
		`0`, `-0`, `01`, `-`, `1.`, `.5`, `1.5e`, `1e+`, `1E-07`, `-1.25e+10`, `+1`, `1 2`, `tru`, `nulls`, `NaN`, `"a`, "\"\x01\"", "\"\xff\"", "\"\x7f\"",
		`"\u00e9\ud800"`, `"\u12G4"`, `"\u12"`, `"\x"`, `"\`, `"\"\\\/\b\f\n\r\t"`, "\ufeff{}", "\u00a0{}", "[\v]", "\t\r\n[1 ,\t2]\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, want := Valid(text), json.Valid(text); got != want {
			t.Errorf("%q: valid %v, json.Valid %v", text, got, want)
		}
	})
}

func TestValidNests(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{1, maxDepth, maxDepth + 1} {
		text := []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		object := []byte(strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth))
		for _, text := range [][]byte{text, object} {
			if got, want := Valid(text), json.Valid(text); got != want {
				t.Errorf("%d deep: valid %v, json.Valid %v", depth, got, want)
			}
		}
	}
}

// Whatever is cut off or changed of a body, both judge it alike.
func TestValidAgreesOnBodies(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("../testdata/webhooks/messages/text.json")
	if err != nil {
		t.Fatal(err)
	}
	if !Valid(body) {
		t.Error("a sample is refused")
	}
	for n := range body {
		for _, text := range [][]byte{body[:n], slices.Concat(body[:n], body[n+1:]), slices.Concat(body[:n], []byte{'\\'}, body[n+1:])} {
			if got, want := Valid(text), json.Valid(text); got != want {
				t.Fatalf("%s: valid %v, json.Valid %v", text, got, want)
			}
		}
	}
}
