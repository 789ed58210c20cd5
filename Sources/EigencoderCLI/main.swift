print("eigencoder")
