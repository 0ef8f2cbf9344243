package labs

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// TopologyFile is the name of the topology within a lab's folder.
const TopologyFile = "topology.clab.yml"

// A Topology is what a lab's topology file asks for.
type Topology struct {
	Name  string
	Nodes []Node // in the file's order
	Links []Link // in the file's order
}

// A Node is one box of a lab.
type Node struct {
	Name string
	Kind string // as written: "weft", "linux", "cisco_iol" …
	// Config is the router's configuration file, an absolute path.
	Config string
	// Exec are shell commands run in a Linux node once its links exist.
	Exec []string
	// Sysctls are written before Exec, in the order of their names.
	Sysctls map[string]string
}

// Router reports whether the node runs IOS lines rather than a shell.
func (n Node) Router() bool { return n.Kind != kindLinux }

// A Link joins two interfaces.
type Link struct{ A, B Endpoint }

// An Endpoint is one interface of one node, by their names.
type Endpoint struct{ Node, Interface string }

func (e Endpoint) String() string { return e.Node + ":" + e.Interface }

const kindLinux = "linux"

// Containerlab's kinds of routers that speak IOS: their configurations are ours.
var routerKinds = []string{"weft", "cisco_iol", "cisco_vios", "cisco_c8000v", "cisco_csr1000v"}

// document mirrors the file. The keys containerlab needs to find and place
// images mean nothing here and are passed over; others are refused, because a
// mistyped key is a node without addresses.
type document struct {
	Name     string  `yaml:"name"`
	Prefix   ignored `yaml:"prefix"`
	Mgmt     ignored `yaml:"mgmt"`
	Topology struct {
		Defaults nodeDocument            `yaml:"defaults"`
		Kinds    map[string]nodeDocument `yaml:"kinds"`
		Nodes    map[string]nodeDocument `yaml:"nodes"`
		Links    []struct {
			Endpoints []string `yaml:"endpoints"`
		} `yaml:"links"`
	} `yaml:"topology"`
}

type nodeDocument struct {
	Kind    string            `yaml:"kind"`
	Config  string            `yaml:"startup-config"`
	Exec    []string          `yaml:"exec"`
	Sysctls map[string]string `yaml:"sysctls"`

	Image     ignored `yaml:"image"`
	Type      ignored `yaml:"type"`
	Group     ignored `yaml:"group"`
	Labels    ignored `yaml:"labels"`
	Memory    ignored `yaml:"memory"`
	CPU       ignored `yaml:"cpu"`
	Ports     ignored `yaml:"ports"`
	MgmtIPv4  ignored `yaml:"mgmt-ipv4"`
	MgmtIPv6  ignored `yaml:"mgmt-ipv6"`
	AutoStart ignored `yaml:"auto-start"`
}

type ignored struct{}

func (*ignored) UnmarshalYAML([]byte) error { return nil }

// ReadTopology reads the topology of the lab in dir. Its errors name file and line.
func ReadTopology(dir string) (*Topology, error) {
	path := filepath.Join(dir, TopologyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a lab: it has no %s", dir, TopologyFile)
	}
	if err != nil {
		return nil, err
	}
	return parseTopology(path, text)
}

func parseTopology(path string, text []byte) (*Topology, error) {
	r := &reader{path: path}
	file, err := parser.ParseBytes(text, 0)
	if err == nil {
		r.file = file
		err = yaml.UnmarshalWithOptions(text, &r.doc, yaml.DisallowUnknownField())
	}
	if err != nil {
		return nil, r.located(err)
	}
	return r.topology()
}

// A reader turns a document into a topology, finding the line of what is wrong.
type reader struct {
	path string
	file *ast.File
	doc  document
}

// located gives a YAML error our one-line form.
func (r *reader) located(err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", r.path, at.GetToken().Position.Line, at.GetMessage())
	}
	return fmt.Errorf("%s: %w", r.path, err)
}

// line returns the line that the value at a path of keys begins in; 0 if it is
// not there.
func (r *reader) line(keys ...string) int {
	path := (&yaml.PathBuilder{}).Root()
	for _, k := range keys {
		path = path.Child(k)
	}
	if found, err := path.Build().FilterFile(r.file); err == nil && found != nil {
		return found.GetToken().Position.Line
	}
	return 0
}

// nodeLine returns the line of a node's name, or of one of its keys if it has it.
func (r *reader) nodeLine(name, key string) int {
	if line := r.line("topology", "nodes", name, key); key != "" && line != 0 {
		return line
	}
	nodes, err := (&yaml.PathBuilder{}).Root().Child("topology").Child("nodes").Build().FilterFile(r.file)
	if err != nil {
		return 0
	}
	if mapping, ok := nodes.(*ast.MappingNode); ok {
		for _, value := range mapping.Values {
			if value.Key.GetToken().Value == name {
				return value.Key.GetToken().Position.Line
			}
		}
	}
	return nodes.GetToken().Position.Line
}

func (r *reader) linkLine(i int) int {
	path := (&yaml.PathBuilder{}).Root().Child("topology").Child("links").Index(uint(i)).Build()
	if found, err := path.FilterFile(r.file); err == nil && found != nil {
		return found.GetToken().Position.Line
	}
	return 0
}

func (r *reader) errorAt(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.path, line, fmt.Sprintf(format, args...))
}

// Compiled when there is a topology to read: a box that boots reads none.
var (
	nodeName = pattern(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$`)
	// IFNAMSIZ leaves 15 bytes.
	portName   = pattern(`^[A-Za-z0-9_.-]{1,15}$`)
	routerPort = pattern(`^eth[1-9][0-9]*$`)
)

func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

func (r *reader) topology() (*Topology, error) {
	t := &Topology{Name: r.doc.Name}
	if t.Name == "" {
		return nil, fmt.Errorf("%s:1: the lab has no name", r.path)
	}
	if len(r.doc.Topology.Nodes) == 0 {
		return nil, fmt.Errorf("%s:1: the lab has no topology.nodes", r.path)
	}
	names := slices.SortedFunc(maps.Keys(r.doc.Topology.Nodes), func(a, b string) int {
		return cmp.Or(r.nodeLine(a, "")-r.nodeLine(b, ""), cmp.Compare(a, b))
	})
	for _, name := range names {
		n, err := r.node(name)
		if err != nil {
			return nil, err
		}
		t.Nodes = append(t.Nodes, n)
	}
	return t, r.links(t)
}

func (r *reader) node(name string) (Node, error) {
	refuse := func(key, format string, args ...any) (Node, error) {
		return Node{}, r.errorAt(r.nodeLine(name, key), "node %s %s", name, fmt.Sprintf(format, args...))
	}
	own := r.doc.Topology.Nodes[name]
	if own.Kind == "" {
		own.Kind = r.doc.Topology.Defaults.Kind
	}
	d := own.over(r.doc.Topology.Kinds[own.Kind]).over(r.doc.Topology.Defaults)
	n := Node{Name: name, Kind: d.Kind, Exec: d.Exec, Sysctls: d.Sysctls}
	switch {
	case !nodeName().MatchString(name):
		return refuse("", "has a name of other than letters, digits, dot, dash and underscore")
	case d.Kind == "":
		return refuse("", "has no kind")
	case d.Kind == kindLinux && own.Config != "":
		return refuse("startup-config", "is kind linux and has a startup-config: use exec")
	case d.Kind == kindLinux:
		return n, nil
	case !slices.Contains(routerKinds, d.Kind):
		return refuse("kind", "has kind %s; kinds are linux, %s", d.Kind, strings.Join(routerKinds, ", "))
	case len(d.Exec) > 0 || len(d.Sysctls) > 0:
		return refuse("exec", "is a router and has exec or sysctls: its startup-config says it all")
	case d.Config == "":
		return refuse("", "has no startup-config")
	}
	n.Config = d.Config
	if !filepath.IsAbs(n.Config) {
		n.Config = filepath.Join(filepath.Dir(r.path), n.Config)
	}
	if info, err := os.Stat(n.Config); err != nil || info.IsDir() {
		return refuse("startup-config", "has a startup-config that is not there: %s", d.Config)
	}
	return n, nil
}

// over fills what d leaves open from a more general entry.
func (d nodeDocument) over(general nodeDocument) nodeDocument {
	if d.Config == "" {
		d.Config = general.Config
	}
	if d.Exec == nil {
		d.Exec = general.Exec
	}
	if d.Sysctls == nil {
		d.Sysctls = general.Sysctls
	}
	return d
}

func (r *reader) links(t *Topology) error {
	taken := map[Endpoint]int{}
	for i, d := range r.doc.Topology.Links {
		if len(d.Endpoints) != 2 {
			return r.errorAt(r.linkLine(i), "a link has two endpoints, not %d", len(d.Endpoints))
		}
		var ends [2]Endpoint
		for j, text := range d.Endpoints {
			e, err := t.endpoint(text)
			if err != nil {
				return r.errorAt(r.linkLine(i), "%v", err)
			}
			if first, used := taken[e]; used {
				return r.errorAt(r.linkLine(i), "%s is already linked in line %d", e, r.linkLine(first))
			}
			taken[e], ends[j] = i, e
		}
		t.Links = append(t.Links, Link{ends[0], ends[1]})
	}
	return nil
}

func (t *Topology) endpoint(text string) (Endpoint, error) {
	node, port, ok := strings.Cut(text, ":")
	i := slices.IndexFunc(t.Nodes, func(n Node) bool { return n.Name == node })
	switch {
	case !ok:
		return Endpoint{}, fmt.Errorf("endpoint %q is not NODE:INTERFACE", text)
	case i < 0:
		return Endpoint{}, fmt.Errorf("endpoint %s: there is no node %s", text, node)
	case port == "eth0":
		return Endpoint{}, fmt.Errorf("endpoint %s: eth0 is the management port, links use eth1 and up", text)
	case t.Nodes[i].Router() && !routerPort().MatchString(port):
		return Endpoint{}, fmt.Errorf("endpoint %s: ports of routers are eth1, eth2 and so on", text)
	case !portName().MatchString(port) || port == "lo":
		return Endpoint{}, fmt.Errorf("endpoint %s: %q is no name for an interface", text, port)
	}
	return Endpoint{node, port}, nil
}
