package dev.backplane.pickle;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// What Python 3 calls the globals that pickles of protocols up to 2 name as Python 2 did.
///
/// Python's picklers translate names for those protocols and its readers translate them back; this is their
/// list (`_compat_pickle`), without which an object that was read could not be written by a later protocol.
final class Python2Names {
    private static final Map<String, String> MODULES = parse("""
            BaseHTTPServer=http.server CGIHTTPServer=http.server ConfigParser=configparser Cookie=http.cookies
            Dialog=tkinter.dialog DocXMLRPCServer=xmlrpc.server FileDialog=tkinter.filedialog
            HTMLParser=html.parser Queue=queue ScrolledText=tkinter.scrolledtext
            SimpleDialog=tkinter.simpledialog SimpleHTTPServer=http.server SimpleXMLRPCServer=xmlrpc.server
            SocketServer=socketserver StringIO=io Tkconstants=tkinter.constants Tkdnd=tkinter.dnd
            Tkinter=tkinter UserDict=collections UserList=collections UserString=collections
            __builtin__=builtins _abcoll=collections.abc _elementtree=xml.etree.ElementTree _winreg=winreg
            anydbm=dbm cPickle=pickle cStringIO=io commands=subprocess cookielib=http.cookiejar
            copy_reg=copyreg dbhash=dbm.bsd dbm=dbm.ndbm dumbdbm=dbm.dumb dummy_thread=_dummy_thread
            gdbm=dbm.gnu htmlentitydefs=html.entities httplib=http.client markupbase=_markupbase repr=reprlib
            robotparser=urllib.robotparser test.test_support=test.support thread=_thread
            tkColorChooser=tkinter.colorchooser tkCommonDialog=tkinter.commondialog
            tkFileDialog=tkinter.filedialog tkFont=tkinter.font tkMessageBox=tkinter.messagebox
            tkSimpleDialog=tkinter.simpledialog ttk=tkinter.ttk urllib2=urllib.request urlparse=urllib.parse
            whichdb=dbm xmlrpclib=xmlrpc.client""");

    private static final Map<String, String> NAMES = parse("""
            UserDict/IterableUserDict=collections/UserDict UserDict/UserDict=collections/UserDict
            UserList/UserList=collections/UserList UserString/UserString=collections/UserString
            __builtin__/basestring=builtins/str __builtin__/intern=sys/intern __builtin__/long=builtins/int
            __builtin__/reduce=functools/reduce __builtin__/unichr=builtins/chr
            __builtin__/unicode=builtins/str __builtin__/xrange=builtins/range
            _multiprocessing/Connection=multiprocessing.connection/Connection _socket/fromfd=socket/fromfd
            exceptions/StandardError=builtins/Exception itertools/ifilter=builtins/filter
            itertools/ifilterfalse=itertools/filterfalse itertools/imap=builtins/map
            itertools/izip=builtins/zip itertools/izip_longest=itertools/zip_longest
            multiprocessing/AuthenticationError=multiprocessing.context/AuthenticationError
            multiprocessing/BufferTooShort=multiprocessing.context/BufferTooShort
            multiprocessing/ProcessError=multiprocessing.context/ProcessError
            multiprocessing/TimeoutError=multiprocessing.context/TimeoutError
            multiprocessing.forking/Popen=multiprocessing.popen_fork/Popen
            multiprocessing.process/Process=multiprocessing.context/Process
            socket/_socketobject=socket/SocketType
            urllib/ContentTooShortError=urllib.error/ContentTooShortError
            urllib/getproxies=urllib.request/getproxies urllib/pathname2url=urllib.request/pathname2url
            urllib/quote=urllib.parse/quote urllib/quote_plus=urllib.parse/quote_plus
            urllib/unquote=urllib.parse/unquote urllib/unquote_plus=urllib.parse/unquote_plus
            urllib/url2pathname=urllib.request/url2pathname urllib/urlcleanup=urllib.request/urlcleanup
            urllib/urlencode=urllib.parse/urlencode urllib/urlopen=urllib.request/urlopen
            urllib/urlretrieve=urllib.request/urlretrieve urllib2/HTTPError=urllib.error/HTTPError
            urllib2/URLError=urllib.error/URLError whichdb/whichdb=dbm/whichdb""");

    private static final String EXCEPTIONS = "exceptions";

    private Python2Names() {}

    private static Map<String, String> parse(String pairs) {
        final Map<String, String> map = new HashMap<>();
        for (String pair :
                pairs.lines().flatMap(line -> Stream.of(line.split(" ", -1))).toList()) {
            final int middle = pair.indexOf('=');
            map.put(pair.substring(0, middle), pair.substring(middle + 1));
        }
        return Map.copyOf(map);
    }

    static PythonObject global(String module, String name) {
        final String whole = NAMES.get(module + '/' + name);
        if (whole != null) {
            final int middle = whole.indexOf('/');
            return PythonObject.global(whole.substring(0, middle), whole.substring(middle + 1));
        }
        return PythonObject.global(module.equals(EXCEPTIONS) ? "builtins" : MODULES.getOrDefault(module, module), name);
    }
}
