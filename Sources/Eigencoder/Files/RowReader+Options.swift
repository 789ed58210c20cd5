extension RowReader {
  /// How data are to be read, where their content does not say it.
  public struct Options: Equatable, Sendable {
    /// What every number is multiplied by: the product is computed in f64 and then rounded to the type that is read.
    /// Without it, idx images (bytes with three axes or more) are multiplied by 1/255 and everything else is left as it
    /// is.
    public var scale: Double?
    /// The content is raw float32, little-endian, so many numbers a row.
    public var columns: Int?
    /// Which array of an npz archive; needed where it has several. Of JSON lines, the key of the vector.
    public var array: String?
    /// Which tensor of a safetensors file; needed where several have two axes.
    public var tensor: String?
    /// Of tables: the header, the columns that are data, and those that name the rows.
    public var table: TableOptions
    /// What is done about missing numbers.
    public var missing: MissingValues

    /// Everything as the content says, but for what is given.
    public init(
      scale: Double? = nil, columns: Int? = nil, array: String? = nil, tensor: String? = nil,
      table: TableOptions = TableOptions(), missing: MissingValues = .error
    ) {
      self.scale = scale
      self.columns = columns
      self.array = array
      self.tensor = tensor
      self.table = table
      self.missing = missing
    }
  }
}
