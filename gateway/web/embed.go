// Package web holds the inbox, the page that agents work in, and serves it from
// the binary. There is no build step: the browser gets the files of this folder.
//
// Files live under a prefix that names the build, /a/<hash>/, and so may be
// cached for ever; a new build has new addresses, and modules that import each
// other by relative paths stay together. index.html is served without caching
// for "/" and for every address of the inbox and the settings (/inbox/…, /settings/…), names the prefix and
// tells the browser to fetch all modules at once.
//
// The page talks to /api/v1 of the same host and to nothing else, which its
// Content-Security-Policy enforces.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

//go:embed index.html favicon.svg icons.svg css/*.css lib/*.js app
var files embed.FS

// policy allows what this server serves, and nothing inline.
const policy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// styles in the order in which they build on each other.
func styles() []string {
	return []string{"tokens", "base", "frame", "list", "thread", "media", "composer", "later", "emoji", "attach", "panel", "dialog", "settings", "fleet", "connect", "start", "quick", "narrow"}
}

// neverImported are the scripts that no module needs at the start: one runs before them
// all, some hold nothing but types, and the emoji come when somebody asks for them.
func neverImported() []string {
	return []string{
		"app/boot.js", "app/core/api_types.js", "app/core/frames.js", "app/core/types.js",
		"app/composer/emoji/list.js", "app/composer/emoji/en.js", "app/composer/emoji/es.js", "app/composer/emoji/pt-BR.js",
	}
}

// Tokens is the style sheet of the design's colours, sizes and durations, for the
// other page that is drawn with them.
func Tokens() []byte {
	tokens, err := files.ReadFile("css/tokens.css")
	if err != nil {
		panic("read embedded tokens: " + err.Error())
	}
	return tokens
}

// asset is one file as it is sent.
type asset struct {
	kind   string // Content-Type
	plain  []byte
	zipped []byte // nil when it would not be smaller
}

// site is what a Handler serves.
type site struct {
	prefix string // "/a/<hash>/"
	assets map[string]asset
	index  asset
	etag   string
}

// Handler serves the inbox. It panics if the embedded files are not readable,
// which no build that passed its tests has.
func Handler() http.Handler { return mustSite(false) }

// DemoHandler is Handler for a gateway with a Demo: the page is marked, and
// lets a newcomer in by itself.
func DemoHandler() http.Handler { return mustSite(true) }

func mustSite(demo bool) *site {
	s, err := newSite(files, demo)
	if err != nil {
		panic("read embedded inbox: " + err.Error())
	}
	return s
}

func newSite(from fs.FS, demo bool) (*site, error) {
	s := &site{assets: make(map[string]asset)}
	sum := sha256.New()
	fmt.Fprintf(sum, "demo %v\n", demo)
	var names []string
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		s.assets[name] = newAsset(name, body)
		names = append(names, name)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("walk files: %w", err)
	}
	hash := hex.EncodeToString(sum.Sum(nil))[:12]
	s.prefix, s.etag = "/a/"+hash+"/", `"`+hash+`"`
	s.index = newAsset("index.html", page(s.assets["index.html"].plain, s.prefix, names, demo))
	delete(s.assets, "index.html")
	return s, nil
}

// page fills the places of index.html: the prefix, the styles, the mark of the
// demo, and a preload of every module, so that imports do not wait for each other.
func page(template []byte, prefix string, names []string, demo bool) []byte {
	var css, modules strings.Builder
	mark := ""
	if demo {
		mark = `<meta name="prosa-demo" content="nothing here is real">` + "\n"
	}
	for _, name := range styles() {
		fmt.Fprintf(&css, "<link rel=\"stylesheet\" href=\"%scss/%s.css\">\n", prefix, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if path.Ext(name) == ".js" && !slices.Contains(neverImported(), name) {
			fmt.Fprintf(&modules, "<link rel=\"modulepreload\" href=\"%s%s\">\n", prefix, name)
		}
	}
	filled := strings.NewReplacer("{{prefix}}", prefix, "{{styles}}", css.String(), "{{preloads}}", modules.String(), "{{demo}}", mark)
	return []byte(filled.Replace(string(template)))
}

func newAsset(name string, body []byte) asset {
	a := asset{kind: kindOf(name), plain: body}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return a // the level is a constant that exists
	}
	_, _ = w.Write(body) // a buffer takes everything
	if w.Close() == nil && out.Len() < len(body) {
		a.zipped = out.Bytes()
	}
	return a
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "text/html; charset=utf-8"
}

// ServeHTTP answers for files under the prefix, and with the page for the
// addresses that the page itself makes.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	if name, ok := strings.CutPrefix(r.URL.Path, s.prefix); ok {
		if a, ok := s.assets[name]; ok {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			a.send(w, r)
			return
		}
	}
	switch p := r.URL.Path; {
	case p == "/", p == "/inbox", p == "/settings", strings.HasPrefix(p, "/inbox/"), strings.HasPrefix(p, "/settings/"):
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", s.etag)
		if r.Header.Get("If-None-Match") == s.etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		s.index.send(w, r)
	case p == "/favicon.ico": // browsers ask for it whatever the page says
		h.Set("Cache-Control", "public, max-age=86400")
		s.assets["favicon.svg"].send(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (a asset) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if a.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.zipped
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the browser may be gone
	}
}
