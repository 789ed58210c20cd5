/// Formats of tables and arrays that are not read, and the line of Python that turns such a file into one that is.
enum UnreadFormat {
  /// A list of lists or of objects: each becomes a line.
  static func jsonList(_ name: String) -> String {
    advice(
      "a JSON list", #"import json; [print(json.dumps(x)) for x in json.load(open("NAME"))]' > x.jsonl"#, name
    )
  }

  /// npy of Python's objects.
  static func objects(_ name: String) -> String {
    advice(
      "an array of Python objects",
      #"import numpy; numpy.save("y.npy", numpy.stack(numpy.load("NAME", allow_pickle=True)).astype(float))'"#,
      name)
  }

  static func utf16(_ name: String) -> String {
    "is UTF-16 text, expected UTF-8: iconv -f UTF-16 -t UTF-8 '\(name)' > x.csv"
  }

  /// What the content is, and the line, where its first bytes tell one of these formats.
  static func advice(_ head: [UInt8], name: String) -> String? {
    func begins(_ text: String) -> Bool { head.starts(with: text.utf8) }
    func table(_ noun: String, _ function: String) -> String {
      advice(noun, #"import pandas; pandas.\#(function)("NAME").to_csv("x.csv", index=False)'"#, name)
        + #"; vectors in a column need .to_json("x.jsonl", orient="records", lines=True)"#
    }
    if begins("PAR1") { return table("Parquet", "read_parquet") }
    if begins("ARROW1") || begins("FEA1") { return table("Arrow or Feather", "read_feather") }
    if head.starts(with: [0x89] + Array("HDF\r\n".utf8)) {
      return name.lowercased().hasSuffix(".h5ad")
        ? advice(
          "AnnData",
          #"import anndata, numpy; x = anndata.read_h5ad("NAME").X; numpy.save("x.npy", x.toarray() if hasattr(x, "toarray") else x)'"#,
          name)
        : advice(
          "HDF5", #"import h5py, numpy; numpy.save("x.npy", h5py.File("NAME")["NAME OF THE ARRAY"][:])'"#,
          name)
    }
    if head.count > 2, head[0] == 0x80, (2...5).contains(head[1]) {
      return advice(
        "a pickle, which runs what its author likes,",
        #"import pickle, numpy; numpy.save("x.npy", numpy.asarray(pickle.load(open("NAME", "rb"))))'"#, name)
    }
    if head.starts(with: [0xd0, 0xcf, 0x11, 0xe0]) { return excel(name) }
    if begins("MATLAB 5.0") {
      return advice(
        "MATLAB's format",
        #"import scipy.io, numpy; numpy.save("x.npy", scipy.io.loadmat("NAME")["NAME OF THE ARRAY"])'"#, name)
    }
    if begins("SQLite format 3") {
      return
        #"a database is not read; this writes what is: sqlite3 -csv -header '\#(name)' "select ..." > x.csv"#
    }
    return nil
  }

  /// The same for a zip archive, by the files in it; nil for any other archive.
  static func advice(inArchive files: [String], name: String) -> String? {
    if files.contains(where: { $0.hasPrefix("xl/") }) { return excel(name) }
    if files.contains(where: { $0.hasSuffix("data.pkl") }) {
      return advice(
        "a file of PyTorch", #"import torch, numpy; numpy.save("x.npy", torch.load("NAME").numpy())'"#, name)
    }
    guard files.contains("indptr.npy"), files.contains("indices.npy") else { return nil }
    return advice(
      "a sparse matrix of SciPy",
      #"import scipy.sparse, numpy; numpy.save("x.npy", scipy.sparse.load_npz("NAME").toarray())'"#, name)
  }

  private static func excel(_ name: String) -> String {
    advice(
      "an Excel workbook", #"import pandas; pandas.read_excel("NAME").to_csv("x.csv", index=False)'"#, name)
  }

  private static func advice(_ noun: String, _ python: String, _ name: String) -> String {
    "\(noun) is not read; this writes what is: python3 -c '"
      + python.replacing("\"NAME\"", with: "\"\(name)\"")
  }
}
