package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// layoutCheck collects what is wrong with a tree.
type layoutCheck struct {
	tree     fs.FS
	rules    []layoutRule
	fset     *token.FileSet
	packages map[string]*layoutPackage // by folder
	sizes    layoutSizes
	faults   []string
}

// layoutPackage is what the ordinary files of a folder say about its package.
type layoutPackage struct {
	name       string
	documented bool
}

// checkLayout returns what is wrong with the tree, sorted; an error means that
// the tree could not be read.
func checkLayout(tree fs.FS, rules []layoutRule, exceptions map[string]int) ([]string, error) {
	check := &layoutCheck{
		tree: tree, rules: rules, fset: token.NewFileSet(), packages: make(map[string]*layoutPackage),
		sizes: newLayoutSizes(exceptions),
	}
	if err := fs.WalkDir(tree, ".", check.visit); err != nil {
		return nil, err
	}
	for folder, pkg := range check.packages {
		check.checkPackage(folder, pkg)
	}
	check.faults = append(check.faults, check.sizes.finish()...)
	slices.Sort(check.faults)
	return check.faults, nil
}

func (c *layoutCheck) fault(where, format string, args ...any) {
	c.faults = append(c.faults, where+": "+fmt.Sprintf(format, args...))
}

func (c *layoutCheck) at(pos token.Pos) string { return c.fset.Position(pos).String() }

func (c *layoutCheck) visit(name string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case !entry.IsDir() && path.Ext(name) == ".go":
		return c.checkGo(name)
	case !entry.IsDir() && path.Ext(name) == ".js":
		return c.checkScript(name)
	case entry.IsDir() && notSource(name):
		return fs.SkipDir
	}
	return nil
}

func notSource(folder string) bool {
	base := path.Base(folder)
	hidden := strings.HasPrefix(base, ".") && base != "."
	return hidden || base == "testdata" || base == "node_modules" || slices.Contains(vendored, folder)
}

func (c *layoutCheck) checkScript(name string) error {
	source, err := fs.ReadFile(c.tree, name)
	if err != nil {
		return err
	}
	c.sizes.file(name, source)
	return nil
}

func (c *layoutCheck) checkGo(name string) error {
	source, err := fs.ReadFile(c.tree, name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(c.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	folder := path.Dir(name)
	if folder == "." {
		c.sizes.atRoot++
	}
	if !ast.IsGenerated(file) {
		c.sizes.file(name, source)
		c.checkNoInit(file)
		if !isTest(name) {
			c.sizes.code(folder, source)
		}
	}
	if isTest(name) {
		return nil
	}
	if c.packages[folder] == nil {
		c.packages[folder] = &layoutPackage{name: file.Name.Name}
	}
	pkg := c.packages[folder]
	pkg.documented = pkg.documented || strings.TrimSpace(file.Doc.Text()) != ""

	rule, ok := findRule(c.rules, folder)
	if !ok {
		return nil // reported once, with the package
	}
	c.checkImports(folder, rule, file)
	if rule.pure {
		c.checkClock(file)
	}
	return nil
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// isTestHelper says that a folder of ours only serves tests: pgtest, clustertest.
func isTestHelper(folder string) bool { return strings.HasSuffix(path.Base(folder), "test") }

func (c *layoutCheck) checkPackage(folder string, pkg *layoutPackage) {
	if _, ok := findRule(c.rules, folder); !ok {
		c.fault(folder, "no line in the layout table")
	}
	if !pkg.documented {
		c.fault(folder, "package %s has no doc comment", pkg.name)
	}
	if slices.Contains(namesThatSayNothing, pkg.name) {
		c.fault(folder, "a package named %s says nothing", pkg.name)
	}
}

func (c *layoutCheck) checkNoInit(file *ast.File) {
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			c.fault(c.at(f.Name.Pos()), "no func init: wire it in main")
		}
	}
}

func (c *layoutCheck) checkImports(folder string, rule layoutRule, file *ast.File) {
	for _, spec := range file.Imports {
		where, imported := c.at(spec.Pos()), importPath(spec)
		ours, isOurs := strings.CutPrefix(imported, module+"/")
		switch {
		case isOurs && isTestHelper(ours) && !isTestHelper(folder):
			c.fault(where, "%s is a test helper: only tests may import it", ours)
		case isOurs && !mayImportOurs(rule, ours):
			c.fault(where, "%s may not import %s", folder, ours)
		case isOurs:
		case isThirdParty(imported) && !mayImportThird(rule, imported):
			c.fault(where, "%s may not import %s", folder, imported)
		case rule.pure && slices.ContainsFunc(impure, func(p string) bool { return within(imported, p) }):
			c.fault(where, "a pure package may not import %s", imported)
		}
	}
}

// checkClock looks for selectors on whatever name package time goes by in the file.
func (c *layoutCheck) checkClock(file *ast.File) {
	clock := ""
	for _, spec := range file.Imports {
		if importPath(spec) == "time" {
			clock = "time"
			if spec.Name != nil {
				clock = spec.Name.Name
			}
		}
	}
	if clock == "" {
		return
	}
	ast.Inspect(file, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == clock && slices.Contains(clockReads, selector.Sel.Name) {
			c.fault(c.at(selector.Pos()), "a pure package may not call time.%s: take the time as a parameter", selector.Sel.Name)
		}
		return true
	})
}

func importPath(spec *ast.ImportSpec) string {
	imported, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value // the parser has refused it before us
	}
	return imported
}

// findRule prefers the line of the folder itself to one that covers it.
func findRule(rules []layoutRule, folder string) (layoutRule, bool) {
	var found layoutRule
	for _, rule := range rules {
		if rule.folder == folder {
			return rule, true
		}
		if covers(rule.folder, folder) && len(rule.folder) > len(found.folder) {
			found = rule
		}
	}
	return found, found.folder != ""
}

// covers says whether a pattern of the table, "x" or "x/...", means the folder.
func covers(pattern, folder string) bool {
	if top, ok := strings.CutSuffix(pattern, "/..."); ok {
		return within(folder, top)
	}
	return pattern == folder
}

func within(name, top string) bool { return name == top || strings.HasPrefix(name, top+"/") }

// isThirdParty: a path whose first element has a dot comes from another module.
func isThirdParty(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

func mayImportOurs(rule layoutRule, imported string) bool {
	if rule.ours == everything || imported == "actors/wa" || imported == "actors/code" || covers(rule.folder, imported) {
		return true
	}
	return slices.ContainsFunc(strings.Fields(rule.ours), func(pattern string) bool { return covers(pattern, imported) })
}

func mayImportThird(rule layoutRule, imported string) bool {
	if rule.third == everything {
		return true
	}
	for _, name := range strings.Fields(rule.third) {
		if slices.ContainsFunc(thirdParty[name], func(p string) bool { return within(imported, p) }) {
			return true
		}
	}
	return false
}

// A checker that finds nothing in a good tree may be one that finds nothing.
func TestLayoutCheckerCatches(t *testing.T) {
	t.Parallel()
	const doc = "// Package phone is documented.\n"
	cases := map[string]struct {
		file, content string
		want          []string
	}{
		"nothing in a good file": {
			"actors/phone/pace.go", doc + "package phone\n\nimport \"time\"\n\nconst tick = time.Second\n", nil,
		},
		"context in a pure package": {
			"actors/phone/pace.go", doc + "package phone\n\nimport _ \"context\"\n",
			[]string{"actors/phone/pace.go:4:8: a pure package may not import context"},
		},
		"a package below a forbidden one": {
			"actors/phone/pace.go", doc + "package phone\n\nimport _ \"net/http\"\n",
			[]string{"actors/phone/pace.go:4:8: a pure package may not import net/http"},
		},
		"the clock in a pure package, under another name": {
			"actors/phone/pace.go", doc + "package phone\n\nimport t \"time\"\n\nfunc f() { _ = t.Now() }\n",
			[]string{"actors/phone/pace.go:6:16: a pure package may not call time.Now: take the time as a parameter"},
		},
		"one of ours that is not in the line": {
			"actors/phone/pace.go", doc + "package phone\n\nimport _ \"" + module + "/persistence\"\n",
			[]string{"actors/phone/pace.go:4:8: actors/phone may not import persistence"},
		},
		"wa is open to all": {
			"gateway/cloudapi/sign.go", "// Package cloudapi is documented.\npackage cloudapi\n\nimport _ \"" + module + "/actors/wa\"\n", nil,
		},
		"a third party that is not in the line": {
			"gateway/relay/send.go", "// Package relay is documented.\npackage relay\n\nimport _ \"github.com/jackc/pgx/v5/pgxpool\"\n",
			[]string{"gateway/relay/send.go:4:8: gateway/relay may not import github.com/jackc/pgx/v5/pgxpool"},
		},
		"a name that only begins like an allowed one": {
			"cluster/ask.go", "// Package cluster is documented.\npackage cluster\n\nimport _ \"google.golang.org/grpcweb\"\n",
			[]string{"cluster/ask.go:4:8: cluster may not import google.golang.org/grpcweb"},
		},
		"a test helper in a product": {
			"main.go", "// Command x is documented.\npackage main\n\nimport _ \"" + module + "/persistence/pgtest\"\n",
			[]string{"main.go:4:8: persistence/pgtest is a test helper: only tests may import it"},
		},
		"a test may import what it needs": {
			"actors/phone/pace_test.go", "package phone\n\nimport (\n\t_ \"context\"\n\t_ \"" + module + "/persistence/pgtest\"\n)\n", nil,
		},
		"a package without a line": {
			"actors/billing/bill.go", "// Package billing is documented.\npackage billing\n",
			[]string{"actors/billing: no line in the layout table"},
		},
		"no package comment": {
			"actors/phone/pace.go", "package phone\n",
			[]string{"actors/phone: package phone has no doc comment"},
		},
		"init": {
			"actors/phone/pace.go", doc + "package phone\n\nfunc init() {}\n\ntype s struct{}\n\nfunc (s) init() {}\n",
			[]string{"actors/phone/pace.go:4:6: no func init: wire it in main"},
		},
		"init in a generated file": {
			"actors/phone/pace.go", "// Code generated by x. DO NOT EDIT.\n\n" + doc + "package phone\n\nfunc init() {}\n", nil,
		},
		"a name that says nothing": {
			"deploy/util/x.go", "// Package util is documented.\npackage util\n",
			[]string{"deploy/util: a package named util says nothing"},
		},
		"a long file": {
			"actors/phone/pace.go", doc + "package phone\n" + strings.Repeat("\n", fileLimit-1),
			[]string{"actors/phone/pace.go: 401 lines, the limit is 400"},
		},
		"a long test": {
			"actors/phone/pace_test.go", "package phone\n" + strings.Repeat("\n", fileLimit),
			[]string{"actors/phone/pace_test.go: 401 lines, the limit is 400"},
		},
		"a script is measured too": {
			"gateway/web/app/core/reducer.js", strings.Repeat("\n", fileLimit+1),
			[]string{"gateway/web/app/core/reducer.js: 401 lines, the limit is 400"},
		},
		"a vendored file is not": {
			"gateway/web/lib/preact.js", strings.Repeat("\n", fileLimit+1), nil,
		},
		"a generated file neither": {
			"actors/phone/pace.go", "// Code generated by x. DO NOT EDIT.\n\n" + doc + "package phone\n" + strings.Repeat("\n", fileLimit), nil,
		},
		"testdata is no source": {
			"actors/phone/testdata/x.go", "package broken(\n", nil,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{c.file: &fstest.MapFile{Data: []byte(c.content)}}
			got, err := checkLayout(tree, layout, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}
