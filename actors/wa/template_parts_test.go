package wa

import (
	"errors"
	"strings"
	"testing"
)

func TestTemplateValues(t *testing.T) {
	t.Parallel()
	body := func(text string) string {
		return `{"type":"body","parameters":[{"type":"text","text":"` + text + `"}]}`
	}
	button := func(index string) string {
		return `{"type":"button","sub_type":"url","index":"` + index + `","parameters":[{"type":"text","text":"x"}]}`
	}
	for name, c := range map[string]struct {
		components string
		fits       bool
	}{
		"none":               {"", true},
		"one value":          {"[" + body("Helena") + "]", true},
		"the longest":        {"[" + body(strings.Repeat("é", 1024)) + "]", true},
		"longer":             {"[" + body(strings.Repeat("é", 1025)) + "]", false},
		"nothing to see":     {"[" + body("\u200b") + "]", false},
		"empty":              {"[" + body("") + "]", false},
		"body twice":         {"[" + body("a") + "," + body("b") + "]", false},
		"two buttons":        {"[" + body("a") + "," + button("0") + "," + button("1") + "]", true},
		"one button twice":   {"[" + button("0") + "," + button("0") + "]", false},
		"a picture":          {`[{"type":"header","parameters":[{"type":"image","image":{"id":"1"}}]}]`, true},
		"no list":            {`{"type":"body"}`, false},
		"50 kB of something": {`[{"type":"body","x":"` + strings.Repeat("x", 50_000) + `"}]`, false},
	} {
		err := sendableParts([]byte(c.components))
		if c.fits != (err == nil) || err != nil && !errors.Is(err, ErrTemplateValue) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
