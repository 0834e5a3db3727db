package wa_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Each limit of Meta for files, one byte or pixel within it and one beyond.
func TestLimitsOfFiles(t *testing.T) {
	t.Parallel()
	sticker := wa.File{MIME: "image/webp", Width: 512, Height: 512}
	moving := sticker
	moving.Animated = true
	for _, c := range []struct {
		kind  string
		file  wa.File
		bytes int64
	}{
		{"image", wa.File{MIME: "image/jpeg"}, 5 << 20},
		{"video", wa.File{MIME: "video/mp4"}, 16 << 20},
		{"audio", wa.File{MIME: "audio/ogg"}, 16 << 20},
		{"document", wa.File{MIME: "text/html"}, 100 << 20},
		{"sticker", sticker, 100 << 10},
		{"sticker", moving, 500 << 10},
	} {
		c.file.Size = c.bytes
		if err := c.file.SendableAs(c.kind, "f"); err != nil {
			t.Errorf("%+v as %s: %v", c.file, c.kind, err)
		}
		c.file.Size++
		broken, ok := errors.AsType[*wa.LimitError](c.file.SendableAs(c.kind, "f"))
		if !ok || broken.Rule != wa.RuleTooLarge || broken.Limit != int(c.bytes) || broken.Field != "f" || broken.Remedy == "" {
			t.Errorf("a byte more as %s: %+v", c.kind, broken)
		}
	}
	for rule, c := range map[string][]struct {
		kind string
		file wa.File
	}{
		wa.RuleFileType: {{"image", wa.File{MIME: "image/webp"}}, {"video", wa.File{MIME: "video/webm"}}, {"audio", wa.File{MIME: "audio/wav"}}, {"sticker", wa.File{MIME: "image/png"}}},
		wa.RulePixels: {
			{"image", wa.File{MIME: "image/png", Width: 16_385, Height: 1}},
			{"image", wa.File{MIME: "image/png", Width: 8_001, Height: 8_000}},
			{"sticker", wa.File{MIME: "image/webp", Width: 512, Height: 511}},
		},
		wa.RuleCoding: {{"image", wa.File{MIME: "image/png", Barred: true}}, {"video", wa.File{MIME: "video/mp4", Barred: true}}},
	} {
		for _, one := range c {
			if broken, ok := errors.AsType[*wa.LimitError](one.file.SendableAs(one.kind, "f")); !ok || broken.Rule != rule {
				t.Errorf("%+v as %s: %+v; want %s", one.file, one.kind, broken, rule)
			}
		}
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]string{
		"pedido.pdf":                            "pedido.pdf",
		"../../etc/passwd":                      "passwd",
		`C:\Users\ana\tabela de preços.xlsx`:    "tabela de preços.xlsx",
		"/":                                     "",
		"..":                                    "",
		".htaccess":                             "htaccess",
		"fatura\u202efdp.exe":                   "faturafdp.exe",
		"a\x00b\nc\x1b[31m.png":                 "abc[31m.png",
		`a:b*c?"d<e>|.txt`:                      "a_b_c__d_e__.txt",
		"\u200b\u2060":                          "",
		"  nome  ":                              "nome",
		strings.Repeat("á", 300) + "final.docx": "",
	} {
		got := wa.FileName(told)
		if strings.HasPrefix(told, "áá") {
			if utf8.RuneCountInString(got) != 120 || !strings.HasSuffix(got, "final.docx") {
				t.Errorf("a long one becomes %q", got)
			}
			continue
		}
		if got != want {
			t.Errorf("%q becomes %q; want %q", told, got, want)
		}
	}
}
