package web

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/evanw/esbuild/pkg/api"
)

// What the page does with what it is told needs no browser and no Node: its
// modules run here, in an engine written in Go, with the tests of test/rules.
// The engine has no Intl, no timers and no page; what needs those is TestApp's.
func TestRules(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("test/rules/*.test.js")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in test/rules/: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".test.js"), func(t *testing.T) {
			t.Parallel()
			for _, rule := range newEngine(t, file).rules {
				t.Run(rule.name, func(t *testing.T) {
					if err := rule.run(); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
}

// engine is one file of tests with the modules that it needs, in a world of its own.
type engine struct {
	js    *goja.Runtime
	rules []rule
}

// rule is a test of the file. Rules share their world, so they run one by one.
type rule struct {
	name string
	run  func() error
}

func newEngine(t *testing.T, file string) *engine {
	t.Helper()
	e := &engine{js: goja.New()}
	e.js.SetFieldNameMapper(goja.UncapFieldNameMapper())
	if _, err := e.js.RunScript(file, bundle(t, file)); err != nil {
		t.Fatalf("begin %s: %v", file, err)
	}
	var registered []struct {
		Name string
		Run  goja.Callable
	}
	if err := e.js.ExportTo(e.js.Get("tests"), &registered); err != nil {
		t.Fatalf("tests of %s: %v", file, err)
	}
	if len(registered) == 0 {
		t.Fatalf("%s registers no test", file)
	}
	for _, test := range registered {
		e.rules = append(e.rules, rule{test.Name, func() error { return e.call(test.Run) }})
	}
	return e
}

// call runs a test to its end. What it waits for has to come by itself: there
// are no timers here.
func (e *engine) call(run goja.Callable) error {
	result, err := run(goja.Undefined())
	if err != nil {
		return err
	}
	promise, ok := result.Export().(*goja.Promise)
	if !ok {
		return nil
	}
	switch promise.State() {
	case goja.PromiseStateFulfilled:
		return nil
	case goja.PromiseStateRejected:
		return fmt.Errorf("%v", promise.Result())
	}
	return fmt.Errorf("waits for what never comes")
}

// bundle puts the modules of a file of tests into one script, with the engine's
// own node:test and node:assert.
func bundle(t *testing.T, file string) string {
	t.Helper()
	result := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{
			Contents:   fmt.Sprintf("import './%s'; import { registered } from './test/rules/node_test.js'; globalThis.tests = registered;", file),
			ResolveDir: ".",
		},
		Alias:  map[string]string{"node:test": "./test/rules/node_test.js", "node:assert/strict": "./test/rules/node_assert.js"},
		Bundle: true, Format: api.FormatIIFE, Target: api.ES2017, Sourcemap: api.SourceMapInline, LogLevel: api.LogLevelSilent,
	})
	for _, failure := range result.Errors {
		t.Errorf("bundle %s: %s", file, failure.Text)
	}
	if t.Failed() {
		t.FailNow()
	}
	return string(result.OutputFiles[0].Contents)
}
