package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

func get(t *testing.T, h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestIndexIsServedForTheAddressesOfTheInbox(t *testing.T) {
	t.Parallel()
	h := Handler()
	want := get(t, h, "/").Body.String()
	for _, target := range []string{"/inbox", "/inbox/mine", "/inbox/all/998:c0?q=x&sort=oldest"} {
		r := get(t, h, target)
		if got := r.Body.String(); r.Code != http.StatusOK || got != want {
			t.Errorf("%s: status %d, %d bytes; want the index", target, r.Code, len(got))
		}
		if cache := r.Header().Get("Cache-Control"); cache != "no-cache" {
			t.Errorf("%s: Cache-Control %q", target, cache)
		}
		if csp := r.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'self';") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", target, csp)
		}
	}
	for _, target := range []string{"/nothing", "/a/0123456789ab/app/main.js", "/inboxes", "/a/"} {
		if r := get(t, h, target); r.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", target, r.Code)
		}
	}
	etag := get(t, h, "/").Header().Get("ETag")
	if r := get(t, h, "/", "If-None-Match", etag); r.Code != http.StatusNotModified {
		t.Errorf("known index: status %d, want 304", r.Code)
	}
	r := httptest.NewRecorder()
	h.ServeHTTP(r, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil))
	if r.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d, want 405", r.Code)
	}
}

var addresses = regexp.MustCompile(`(?:href|src)="(/[^"#]+)`)

func TestEveryAddressOfTheIndexIsServedForEver(t *testing.T) {
	t.Parallel()
	h := Handler()
	found := addresses.FindAllStringSubmatch(get(t, h, "/").Body.String(), -1)
	if len(found) < 30 {
		t.Fatalf("only %d addresses in the index", len(found))
	}
	for _, m := range found {
		r := get(t, h, m[1])
		if r.Code != http.StatusOK || !strings.Contains(r.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: status %d, cache %q", m[1], r.Code, r.Header().Get("Cache-Control"))
		}
		zipped := get(t, h, m[1], "Accept-Encoding", "gzip, br")
		if zipped.Header().Get("Content-Encoding") != "gzip" {
			continue
		}
		reader, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(reader)
		if err != nil || string(plain) != r.Body.String() {
			t.Errorf("%s: zipped and plain differ (%v)", m[1], err)
		}
	}
}

func TestAnotherBuildHasOtherAddresses(t *testing.T) {
	t.Parallel()
	build := func(text string) *site {
		s, err := newSite(fstest.MapFS{
			"index.html": {Data: []byte(`{{prefix}}{{styles}}{{preloads}}`)}, "app/main.js": {Data: []byte(text)},
		}, false)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a, b, again := build("1"), build("2"), build("1")
	if a.prefix == b.prefix || a.etag == b.etag {
		t.Errorf("two builds share %s", a.prefix)
	}
	if a.prefix != again.prefix {
		t.Errorf("one build has two prefixes, %s and %s", a.prefix, again.prefix)
	}
	if !bytes.Contains(a.index.plain, []byte(`rel="modulepreload" href="`+a.prefix+`app/main.js"`)) {
		t.Errorf("index without preload: %s", a.index.plain)
	}
}

var (
	imports = regexp.MustCompile(`(?:from|import)\s*["']([^"']+)["']`)
	unsafe  = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|\beval\(|new Function|style=`)
)

const lineLimit = 120

// Modules import each other by relative paths that exist; nothing turns text
// into HTML or code; a component stays small, and a line within what an editor shows.
func TestModules(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".js" {
			return err
		}
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		for _, m := range imports.FindAllSubmatch(source, -1) {
			to := string(m[1])
			if !strings.HasPrefix(to, "./") && !strings.HasPrefix(to, "../") {
				t.Errorf("%s imports %q, which is not relative", name, to)
			} else if _, err := fs.Stat(files, path.Join(path.Dir(name), to)); err != nil {
				t.Errorf("%s imports %s: %v", name, to, err)
			}
		}
		if strings.HasPrefix(name, "lib/") {
			return nil
		}
		if m := unsafe.Find(source); m != nil {
			t.Errorf("%s contains %s", name, m)
		}
		if bytes.Contains(source, []byte("DO NOT EDIT")) { // as long as what it is made from
			return nil
		}
		for line := range strings.Lines(string(source)) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > lineLimit {
				t.Errorf("%s has a line of %d characters, the limit is %d: %.60s", name, n, lineLimit, strings.TrimSpace(line))
			}
		}
		if n := bytes.Count(source, []byte("\n")); isComponent(name) && n >= 200 {
			t.Errorf("%s has %d lines; components stay under 200", name, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// No module of the app needs itself by a detour, so that each can be understood,
// tested and begun without those that use it; and the core needs nothing but itself.
func TestModulesGoInNoCircle(t *testing.T) {
	t.Parallel()
	needs := make(map[string][]string)
	err := fs.WalkDir(files, "app", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := fs.ReadFile(files, name)
		for _, m := range imports.FindAllSubmatch(source, -1) {
			to := path.Join(path.Dir(name), string(m[1]))
			needs[name] = append(needs[name], to)
			if strings.HasPrefix(name, "app/core/") && !strings.HasPrefix(to, "app/core/") && !strings.HasPrefix(to, "lib/") {
				t.Errorf("%s needs %s: the core stands by itself", name, to)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(needs) < 60 {
		t.Fatalf("only %d modules need others", len(needs))
	}
	done := make(map[string]bool)
	var visit func(name string, way []string)
	visit = func(name string, way []string) {
		if at := slices.Index(way, name); at >= 0 {
			t.Errorf("a circle: %s", strings.Join(append(way[at:], name), " → "))
			return
		}
		if done[name] {
			return
		}
		for _, next := range needs[name] {
			visit(next, append(slices.Clip(way), name))
		}
		done[name] = true
	}
	for name := range needs {
		visit(name, nil)
	}
}

// isComponent says whether a module draws: those are named like what they draw.
func isComponent(name string) bool {
	first := path.Base(name)[0]
	return first >= 'A' && first <= 'Z'
}

// What lib/SOURCES says is there is what is there.
func TestVendoredLibraries(t *testing.T) {
	t.Parallel()
	sources, err := os.ReadFile("lib/SOURCES")
	if err != nil {
		t.Fatal(err)
	}
	named := make(map[string]bool)
	for line := range strings.Lines(string(sources)) {
		f := strings.Fields(line)
		if len(f) != 5 || len(f[4]) != sha256.Size*2 {
			continue
		}
		named[f[0]] = true
		content, err := os.ReadFile("lib/" + f[0])
		if err != nil {
			t.Error(err)
			continue
		}
		sum := sha256.Sum256(content)
		if got := hex.EncodeToString(sum[:]); got != f[4] {
			t.Errorf("lib/%s has sum %s, SOURCES says %s", f[0], got, f[4])
		}
	}
	entries, err := os.ReadDir("lib")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if name != "SOURCES" && !strings.HasPrefix(name, "LICENSE") && !named[name] {
			t.Errorf("lib/%s is not in SOURCES", name)
		}
	}
}

// Only the page of a demo says that it is one.
func TestOnlyTheDemoIsMarked(t *testing.T) {
	t.Parallel()
	real, demo := get(t, Handler(), "/"), get(t, DemoHandler(), "/")
	if strings.Contains(real.Body.String(), "prosa-demo") || strings.Contains(real.Body.String(), "{{") {
		t.Errorf("the index is\n%s", real.Body)
	}
	if !strings.Contains(demo.Body.String(), `<meta name="prosa-demo"`) {
		t.Errorf("the index of the demo is\n%s", demo.Body)
	}
	if real.Header().Get("ETag") == demo.Header().Get("ETag") {
		t.Error("a browser could take the one for the other")
	}
}
